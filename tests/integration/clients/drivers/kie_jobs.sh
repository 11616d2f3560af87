#!/usr/bin/env bash
# Kie's uploads and jobs API with curl, as their pages show it: an image becomes a link, the link a video.
# Arguments: base URL, key, image, file.
set -euo pipefail
base=$1 key=$2 image=$3 file=$4
field() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p"; }

link=$(curl -s --noproxy '*' -X POST "$base/api/file-stream-upload" \
  -H "Authorization: Bearer $key" \
  -F "file=@$image" -F "uploadPath=images/user-uploads" | field downloadUrl)

task=$(curl -s --noproxy '*' --request POST --url "$base/api/v1/jobs/createTask" \
  --header "Authorization: Bearer $key" \
  --header 'Content-Type: application/json' \
  --data "{
    \"model\": \"veo-3-1\",
    \"input\": {
      \"prompt\": \"The cat wakes up\",
      \"model\": \"veo3_lite\",
      \"image_urls\": [\"$link\"],
      \"generation_type\": \"FIRST_AND_LAST_FRAMES_2_VIDEO\",
      \"aspect_ratio\": \"9:16\",
      \"resolution\": \"1080p\"
    }
  }" | field taskId)

for _ in $(seq 100); do
  record=$(curl -s --noproxy '*' --get "$base/api/v1/jobs/recordInfo" \
    --data-urlencode "taskId=$task" --header "Authorization: Bearer $key")
  case $(field state <<<"$record") in
    success) break ;;
    fail) echo "$record" >&2; exit 1 ;;
  esac
  sleep 0.05
done

# At 1080p the links stand one level deeper.
url=$(grep -o '"result_urls":\["[^"]*' <<<"$record" | head -1 | cut -d'"' -f4)
curl -s --noproxy '*' --output "$file" "$url"
echo "$record"
