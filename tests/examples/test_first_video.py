"""The shortest test: your client against a provider that costs nothing and takes no time."""

from clientlib import Client, Pace


def test_a_video_is_made(reelmock, tmp_path):
    url, key = reelmock.base_url("kie"), reelmock.api_key
    with Client("kie", base_url=url, api_key=key, pace=Pace(0.01)) as client:
        job = client.submit("a cat in a garden", model="veo3_fast")
        job.wait()
        video = job.download(tmp_path / "cat.mp4")

    assert video.stat().st_size > 10_000
    reelmock.assert_called("kie.generate", times=1)
    reelmock.assert_spent(max=0.30)
    reelmock.assert_no_findings()
