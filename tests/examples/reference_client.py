"""The reference client in ten lines: submit, wait, download, and one typed error for the rest."""

import sys

from clientlib import Client, Pace, VideoError

try:
    with Client("kie", pace=Pace(0.02)) as client:
        job = client.submit("a cat in a garden", model="veo3")
        job.wait(deadline=20)
        print(job.download(sys.argv[1], deadline=20))
except VideoError as error:
    sys.exit(f"{type(error).__name__}: {error}")
