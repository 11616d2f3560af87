"""Kie's jobs API with httpx, as its pages show it: a video, its continuation and its 4k version.

Arguments: base URL, key, folder. Prints how each job ended.
"""

import json
import sys
import time
from pathlib import Path

import httpx

base_url, key, folder = sys.argv[1:]
client = httpx.Client(headers={"Authorization": f"Bearer {key}"}, trust_env=False)


def create_task(model, **given):
    body = {"model": model, "input": given}
    result = client.post(f"{base_url}/api/v1/jobs/createTask", json=body).json()
    if result["code"] != 200:
        raise SystemExit(f"{result['code']}: {result['msg']}")
    return result["data"]["taskId"]


def wait_for(task_id):
    for _ in range(100):
        params = {"taskId": task_id}
        result = client.get(f"{base_url}/api/v1/jobs/recordInfo", params=params).json()
        task = result["data"]
        if task["state"] in ("success", "fail"):
            return task
        time.sleep(0.05)
    raise SystemExit("it never ended")


def urls_of(task):
    """720p has the links at the top, a larger video inside of an envelope."""
    result = json.loads(task["resultJson"])
    return result.get("resultUrls") or result["data"]["result_urls"]


def save(task, name):
    Path(folder, name).write_bytes(client.get(urls_of(task)[0]).content)
    return {"model": task["model"], "credits": task["creditsConsumed"], "state": task["state"]}


original = create_task("veo-3-1", prompt="A dog playing in a park", aspect_ratio="16:9")
told = [save(wait_for(original), "original.mp4")]
longer = create_task("veo/extend", task_id=original, prompt="The dog runs to the lake")
told.append(save(wait_for(longer), "longer.mp4"))
large = create_task("veo/get-4k-video", task_id=original, index=0)
told.append(save(wait_for(large), "large.mp4"))
print(json.dumps(told))
