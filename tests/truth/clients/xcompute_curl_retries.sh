# Lets curl repeat whatever fails, creations too: --retry-all-errors is meant for reading.
set -eu
auth="Authorization: Bearer $XCOMPUTE_API_KEY"
again="--retry 2 --retry-delay 1 --retry-all-errors"

field() { grep -o "\"$1\": *\"[^\"]*\"" | head -1 | cut -d'"' -f4; }

# shellcheck disable=SC2086  # several words on purpose
id=$(curl -sS -f -m 1 $again "$XCOMPUTE_BASE_URL/v1/videos/generations" -H "$auth" \
  -H 'Content-Type: application/json' -d '{"model": "veo3.1-fast", "prompt": "a cat"}' | field task_id)
[ -n "$id" ] || { echo "no task id" >&2; exit 1; }
for _ in $(seq 40); do
  # shellcheck disable=SC2086
  task=$(curl -sS -f -m 1 $again "$XCOMPUTE_BASE_URL/v1/tasks/$id" -H "$auth")
  status=$(echo "$task" | field status) || status=unknown
  [ "$status" = failed ] && { echo "the job failed" >&2; exit 1; }
  [ "$status" = completed ] && break
  sleep 0.03
done
link=$(echo "$task" | grep -o 'http[^"]*\.mp4' | head -1)
[ -n "$link" ] || { echo "no link" >&2; exit 1; }
# shellcheck disable=SC2086
curl -sS -f -m 1 $again "$link" -o "$1"
