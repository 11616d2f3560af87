#!/usr/bin/env bash
# Makes every video of this folder, and catalogue.json, from ffmpeg's own test sources.
#
# Needed only to change the pictures: the results are committed and shipped in the wheel.
# The same ffmpeg and font give the same bytes, hence one thread and no metadata.
#
#   FONT=/path/to/mono-bold.ttf mockserver/media/make.sh
set -euo pipefail
export LC_ALL=C

cd "$(dirname "${BASH_SOURCE[0]}")"

readonly FONT="${FONT:-/usr/share/fonts/truetype/dejavu/DejaVuSansMono-Bold.ttf}"
readonly QUIET=(-hide_banner -loglevel error -nostdin -y)
readonly BITEXACT=(-fflags +bitexact -flags:v +bitexact -map_metadata -1)

# file width height seconds
readonly VIDEOS="\
landscape-720p.mp4 1280 720 8
portrait-720p.mp4 720 1280 8
landscape-1080p.mp4 1920 1080 8
portrait-1080p.mp4 1080 1920 8
landscape-4k.mp4 3840 2160 8
portrait-4k.mp4 2160 3840 8
landscape-720p-6s.mp4 1280 720 6
portrait-720p-6s.mp4 720 1280 6
landscape-1080p-6s.mp4 1920 1080 6
portrait-1080p-6s.mp4 1080 1920 6
landscape-4k-6s.mp4 3840 2160 6
portrait-4k-6s.mp4 2160 3840 6
landscape-720p-4s.mp4 1280 720 4
portrait-720p-4s.mp4 720 1280 4
landscape-1080p-4s.mp4 1920 1080 4
portrait-1080p-4s.mp4 1080 1920 4
landscape-4k-4s.mp4 3840 2160 4
portrait-4k-4s.mp4 2160 3840 4"

readonly GIFS="\
landscape.gif 1280 720 8
portrait.gif 720 1280 8"

# Colour bars, a white block that crosses the picture, a running timer, the true size.
picture() { # width height seconds frames_per_second
  local width=$1 height=$2 seconds=$3 rate=$4
  local short=$((width < height ? width : height))
  local block=$((short / 6)) text=$((short / 10)) label=$((short / 20))
  local style="fontfile=$FONT:fontcolor=white:box=1:boxcolor=black:boxborderw=$((short / 40))"
  printf '%s' \
    "smptebars=size=${width}x${height}:rate=$rate:duration=$seconds[bars];" \
    "color=white:size=${block}x${block}:rate=$rate:duration=$seconds[block];" \
    "[bars][block]overlay=x='(W-w)*t/$seconds':y='H*0.72-h/2'," \
    "drawtext=$style:fontsize=$text:x=(w-text_w)/2:y=(h-text_h)*0.4:text='%{pts\\:hms}'," \
    "drawtext=$style:fontsize=$label:x=(w-text_w)/2:y=(h-text_h)*0.55:text='${width}x${height}'"
}

# Three references keep 4K inside the picture buffer of level 5.1, which decoders limit to five.
make_mp4() { # file width height seconds
  ffmpeg "${QUIET[@]}" \
    -filter_complex "$(picture "$2" "$3" "$4" 24),format=yuv420p[v]" \
    -f lavfi -i "sine=frequency=440:beep_factor=4:sample_rate=48000:duration=$4" \
    -map '[v]' -map 0:a "${BITEXACT[@]}" -flags:a +bitexact \
    -c:v libx264 -profile:v high -preset slow -tune animation -refs 3 -bf 2 -crf 30 \
    -g 96 -threads 1 \
    -c:a aac -b:a 32k -ac 1 \
    -movflags +faststart "$1"
}

make_gif() { # file width height seconds
  ffmpeg "${QUIET[@]}" \
    -filter_complex "$(picture "$2" "$3" "$4" 5),split[a][b];\
[a]palettegen=max_colors=32:stats_mode=full[p];[b][p]paletteuse=dither=none[v]" \
    -map '[v]' "${BITEXACT[@]}" -threads 1 -loop 0 "$1"
}

entry() { # file width height seconds content_type
  printf '  {"name": "%s", "width": %d, "height": %d, "duration_s": %d, ' "$1" "$2" "$3" "$4"
  printf '"size_bytes": %d, ' "$(wc -c <"$1")"
  printf '"sha256": "%s", "content_type": "%s"}' "$(sha256sum "$1" | cut -d' ' -f1)" "$5"
}

entries=()
while read -r file width height seconds; do
  make_mp4 "$file" "$width" "$height" "$seconds"
  entries+=("$(entry "$file" "$width" "$height" "$seconds" video/mp4)")
done <<<"$VIDEOS"
while read -r file width height seconds; do
  make_gif "$file" "$width" "$height" "$seconds"
  entries+=("$(entry "$file" "$width" "$height" "$seconds" image/gif)")
done <<<"$GIFS"

{
  echo '['
  (IFS=$'\n'; sed '$!s/$/,/' <<<"${entries[*]}")
  echo ']'
} >catalogue.json
