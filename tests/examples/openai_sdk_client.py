"""A client written with the OpenAI SDK as its documentation does: create, poll, download."""

import sys

from openai import OpenAI

client = OpenAI()  # takes OPENAI_BASE_URL and OPENAI_API_KEY from the environment
video = client.videos.create(model="veo-3.1-fast", prompt="a cat in a garden")
while video.status not in ("completed", "failed"):
    video = client.videos.poll(video.id)
if video.status == "failed":
    sys.exit(f"the video failed: {video.error}")
client.videos.download_content(video.id).write_to_file(sys.argv[1])
print("done")
