"""What the live services were seen to say conforms, put together as one recording."""

from tests.unit.contracts.test_verifier_har import GENERATE, entry, failed, verify

KIE = "https://api.kie.ai/api/v1"
RECORD_INFO = f"{KIE}/veo/record-info?taskId="
# justintanner/apicity tests/recordings/kie_2079838932/veo_1999656753, 2026-08-06; prompt shortened
PROBED = "0819326cc7fddfd620baf6e1f0db7e2b"
SENT = {
    "prompt": "A cat",
    "model": "veo3_lite",
    "generationType": "TEXT_2_VIDEO",
    "aspect_ratio": "9:16",
    "duration": 4,
    "resolution": "720p",
}
PARAMS = (
    '{"duration":4,"enableTranslation":true,"generationType":"TEXT_2_VIDEO","aspectRatio":"9:16",'
    '"model":"veo3_lite","enableFallback":false,"resolution":"720p","prompt":"A cat"}'
)


def record(task_id, **fields):
    running = {
        "taskId": task_id,
        "paramJson": PARAMS,
        "response": None,
        "successFlag": 0,
        "fallbackFlag": False,
        "completeTime": None,
        "createTime": 1785999477000,
        "errorCode": None,
        "errorMessage": "",
    }
    return {"code": 200, "msg": "success", "data": running | fields}


def refusal(msg):
    return {"code": 422, "msg": msg, "data": None}


def found(task_id, **fields):
    url = f"https://tempfile.aiquickdraw.com/v/{task_id}_1770382103.mp4"
    answer = {"taskId": task_id, "resolution": "720p", "originUrls": None, "resultUrls": [url]}
    return answer | {"hasAudioList": [True], "seeds": [56896]} | fields


def test_the_exchanges_with_kie_that_were_recorded_conform(tmp_path):
    taken = {"code": 200, "msg": "success", "data": {"taskId": PROBED}}
    no_record = refusal("Record does not exist")
    entries = [
        entry("POST", GENERATE, taken, sent=SENT),
        entry("GET", f"{RECORD_INFO}{PROBED}", record(PROBED)),
        entry("GET", f"{RECORD_INFO}gone", refusal("Record not found for taskId: gone")),
        entry("GET", f"{KIE}/veo/get-1080p-video?taskId=gone", no_record),
        entry("POST", f"{KIE}/veo/get-4k-video", no_record, sent={"taskId": "gone"}),
        entry("GET", f"{KIE}/chat/credit", {"code": 200, "msg": "success", "data": 5916.25}),
        entry("POST", f"{KIE}/common/download-url", refusal("url is wrong"),
              sent={"url": "https://elsewhere.example/a.mp4"}),
    ]  # fmt: skip
    status, report, complaint = verify(tmp_path, "kie", entries)
    assert (status, failed(report), complaint) == (0, set(), "")
    assert report["notes"] == ["7 of 7 entries are calls of kie"]


def test_the_records_of_kie_that_clients_wrote_down_conform(tmp_path):
    done = "bd1fc7df3b506351af0943841d15d22f"
    ended = {"completeTime": 1785999566000, "errorMessage": None}
    bodies = [
        record(done, successFlag=1, response=found(done), **ended),
        record("a", successFlag=1, response=found("a", hasAudioList=[False]), **ended),
        record("b", successFlag=3, errorCode=422, **ended | {"errorMessage": "failed"}),
        record("c", successFlag=3, errorCode=400, **ended | {
            "errorMessage": "The Google model was unable to generate audio for this request."}),
        record("d", successFlag=3, errorCode=None, **ended),
    ]  # fmt: skip
    entries = [entry("GET", f"{RECORD_INFO}{body['data']['taskId']}", body) for body in bodies]
    status, report, complaint = verify(tmp_path, "kie", entries)
    assert (status, failed(report), complaint) == (0, set(), "")


def test_a_record_that_nobody_saw_does_not(tmp_path):
    ended = record("a", successFlag=3, errorCode=422, completeTime=1785999476999)
    status, report, _ = verify(tmp_path, "kie", [entry("GET", f"{RECORD_INFO}a", ended)])
    assert status == 1
    (reply,) = [result for result in report["results"] if result["outcome"] == "fail"]
    assert "a completeTime that is not before createTime" in reply["problems"][0]
