"""What the live services were seen to say conforms, put together as one recording."""

import json

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


JOBS = f"{KIE}/jobs"
OTHER = "google/gemini-omni-flash-1-1"
JOB = "e8644341781e5ecd0b8a8bb7594f8da9"
LINK = f"https://tempfile.aiquickdraw.com/v/{JOB}_1789127081.mp4"
TOP_UP = (
    "Credits insufficient : Your current balance isn’t enough to run this request. Please top up to "
    "continue."
)


def job_record(model=OTHER, **fields):
    given = '{\\"prompt\\":\\"A paper boat\\",\\"resolution\\":\\"720p\\"}'
    param = f'{{"input":"{given}","model":"{model}"}}'
    waiting = {
        "taskId": JOB,
        "model": model,
        "state": "waiting",
        "param": param,
        "resultJson": "",
        "failCode": None,
        "failMsg": None,
        "costTime": None,
        "completeTime": None,
        "createTime": 1789127039783,
        "creditsConsumed": 63.0,
        "operationType": model,
    }
    tail = {"successFlag": 0, "paramJson": param}
    return {"code": 200, "msg": "success", "data": waiting | fields | tail | fields}


def job_made(model, result):
    ended = {"state": "success", "costTime": 43, "completeTime": 1789127083679, "successFlag": 1}
    return job_record(model, **ended, resultJson=json.dumps(result), response=result)


def heard(tmp_path, entries, provider="kie"):
    status, report, complaint = verify(tmp_path, provider, entries)
    told = [problem for result in report["results"] for problem in result["problems"]]
    assert (status, told, complaint) == (0, [], "")
    return report["notes"]


def test_the_recordings_of_kies_other_models_are_recognised_by_their_shared_route(tmp_path):
    # HAR google-gemini-omni-flash-1-1 @ea968808; gpt-image-2 of 2026-04; elevenlabs @d464116
    created = {"code": 200, "msg": "success", "data": {"taskId": JOB, "recordId": JOB}}
    short = job_record("gpt-image-2", state="generating", taskId="b")
    for name in ("creditsConsumed", "operationType", "successFlag", "paramJson"):
        del short["data"][name]
    broke = {"code": 500, "msg": "Server exception, please try again later", "data": None}
    entries = [
        entry("POST", f"{JOBS}/createTask", created,
              sent={"model": OTHER, "input": {"prompt": "A paper boat", "duration": "4"}}),
        entry("GET", f"{JOBS}/recordInfo?taskId={JOB}", job_record()),
        entry("GET", f"{JOBS}/recordInfo?taskId={JOB}", job_made(OTHER, {"resultUrls": [LINK]})),
        entry("GET", f"{JOBS}/recordInfo?taskId=b", short),
        entry("POST", f"{JOBS}/createTask", broke,
              sent={"model": "elevenlabs/speech-to-text", "input": {"audio_url": "bogus"}}),
    ]  # fmt: skip
    notes = heard(tmp_path, entries)
    assert notes[0] == "5 of 5 entries are calls of kie"
    assert "a model other than Veo" in str(notes[1:])


def test_the_jobs_of_veo_that_clients_wrote_down_conform(tmp_path):
    larger = {"code": 200, "data": {"origin_urls": [LINK], "result_urls": [LINK]}}
    failing = {"state": "fail", "successFlag": 3, "failCode": "500", "creditsConsumed": 0.0}
    failing |= {"failMsg": "Internal Error, Please try again later.", "costTime": 0}
    bodies = [
        job_made("veo-3-1", {"resultUrls": [LINK]}),
        job_made("veo-3-1", larger),
        job_record("veo-3-1", **failing, completeTime=1789127083679, taskId="c"),
        {"code": 422, "msg": "recordInfo is null", "data": None},
        {"code": 400, "msg": "taskId parameter is required"},
        {"code": 404, "msg": "Task not found"},
    ]
    heard(tmp_path, [entry("GET", f"{JOBS}/recordInfo?taskId={JOB}", body) for body in bodies])


def test_the_refusals_of_a_creation_that_were_seen_conform(tmp_path):
    sent = {"model": "veo-3-1", "input": {"prompt": "A cat"}}
    seen = [
        (422, "The model name you specified is not supported. Please verify your input and use one "
              "of the supported models provided by KIE."),
        (422, "The page does not exist or is not published"),
        (500, "aspect_ratio is required"),
        (500, "This resolution is not within the range of allowed options"),
        (402, TOP_UP),
        (500, TOP_UP),
        (429, "Your call frequency is too high. Please try again later."),
        (433, "The current number of points used by apiKey has exceeded the daily limit"),
    ]  # fmt: skip
    bodies = [{"code": code, "msg": msg, "data": None} for code, msg in seen]
    bodies.append({"code": 401, "msg": "You do not have access permissions"})
    heard(tmp_path, [entry("POST", f"{JOBS}/createTask", body, sent=sent) for body in bodies])


def test_the_catalogue_and_the_uploads_that_were_recorded_conform(tmp_path):
    row = {"model": "veo-3-1", "slug": "veo-3-1", "title": "Veo 3.1", "provider": "Google"}
    row |= {"taskType": ["Text to Video"], "description": None, "pricingDesc": "Lite mode"}
    price = {"model": "veo/extend", "pricingDesc": "Lite mode 30 credits ($0.15 )"}
    point = {"start": "2026-09-30T01:50:00Z", "end": "2026-09-30T02:00:00Z"}
    rate = {"model": "veo-3-1", "points": [
        point | {"successRate": 100.0, "errorRate": 0.0, "isNormal": True},
        point | {"successRate": None, "errorRate": None, "isNormal": True},
    ]}  # fmt: skip
    host = "https://kieai.redpandaai.co/api"
    path = "kieai/1/images/test-uploads/apicity-url-upload.png"
    kept = {
        "success": True,
        "fileName": "apicity-url-upload.png",
        "filePath": path,
        "downloadUrl": f"https://tempfile.redpandaai.co/{path}",
        "fileSize": 188328,
        "mimeType": "image/png",
        "uploadedAt": "2026-10-01T07:46:53.882Z",
    }
    taken = {"success": True, "code": 200, "msg": "File uploaded successfully", "data": kept}
    lacks = {"success": False, "code": 400, "msg": "Missing required parameter: uploadPath"}
    no_model = {"code": 404, "msg": "The model name you specified is not supported.", "data": None}

    def told(path, data):
        return entry("GET", f"{KIE}{path}", {"code": 200, "msg": "success", "data": data})

    sent = {"fileUrl": "https://a.example/b.png", "uploadPath": "images/test-uploads"}
    entries = [
        told("/models", {"total": 218, "models": [row]}),
        told("/models?q=nothing", {"total": 0, "models": []}),
        told("/models/veo/extend/price", price),
        told("/models/veo-3-1/success-rate", rate),
        told("/models/veo-3-1/schema", {"model": "veo-3-1", "openapi": None}),
        entry("GET", f"{KIE}/models/sora/price", no_model),
        entry("POST", f"{host}/file-url-upload", taken, sent=sent, kind="application/json"),
        entry("POST", f"{host}/file-base64-upload", lacks, 400, sent={"base64Data": "QQ=="}),
    ]
    notes = heard(tmp_path, entries)
    assert notes[0] == "8 of 8 entries are calls of kie"


def test_the_callbacks_that_are_shown_today_conform(tmp_path):
    hook = "https://me.example/cb"
    task_id, video = "veo_task_abcdef123456", "http://example.com/video1.mp4"
    info = {"resultUrls": [video], "originUrls": [video], "resolution": "1080p"}
    data = {"taskId": task_id, "promptJson": '{"prompt":"cat"}', "info": info}
    general = {
        "completeTime": 1755599644000,
        "consumeCredits": 100,
        "costTime": 8,
        "createTime": 1755599634000,
        "model": "veo-3-1",
        "remainedCredits": 2510330,
        "param": '{"model":"veo-3-1","input":{"prompt":"cat"}}',
        "taskId": JOB,
        "resultJson": '{"resultUrls":["https://example.com/a.mp4"]}',
        "state": "success",
        "updateTime": 1755599644000,
    }
    large = {"imageUrls": ["http://example.com/image.png"], "resultUrls": [video]}
    unavailable = "The 4K version of this video is unavailable. Please try a different video."
    bodies = [
        {"code": 200, "msg": "Video generated successfully.",
         "data": data | {"fallbackFlag": False}},
        {"code": 200, "data": general, "msg": "Playground task completed successfully."},
        {"code": 200, "msg": "4K Video generated successfully.",
         "data": {"creditsConsumed": 120, "info": large, "taskId": JOB}},
        {"code": 500, "msg": unavailable, "data": {"taskId": JOB}},
    ]  # fmt: skip
    sent = {"model": "veo-3-1", "input": {"prompt": "cat"}, "callBackUrl": hook}
    made = {"code": 200, "msg": "success", "data": {"taskId": JOB, "recordId": JOB}}
    posts = [entry("POST", hook, "", sent=body) for body in bodies]
    heard(tmp_path, [entry("POST", f"{JOBS}/createTask", made, sent=sent), *posts])
