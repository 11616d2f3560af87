# A shell script as in many a sample: grep for what is wanted, ask nobody whether it went well.
auth="Authorization: Bearer $APIYI_API_KEY"
url="$APIYI_BASE_URL/v1/videos"

id=$(curl -s -m 1 "$url" -H "$auth" -H 'Content-Type: application/json' \
  -d '{"model": "veo-3.1", "prompt": "a cat"}' | grep -o '"id": *"[^"]*"' | head -1 | cut -d'"' -f4)
for _ in $(seq 10); do
  status=$(curl -s -m 1 "$url/$id" -H "$auth" | grep -o '"status": *"[^"]*"' | cut -d'"' -f4)
  [ "$status" = completed ] && break
  sleep 0.1
done
curl -s -m 1 "$url/$id/content" -H "$auth" -H 'Accept: video/mp4' -o "$1"
echo "saved $1"
