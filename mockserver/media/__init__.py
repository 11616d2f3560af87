"""The videos of finished jobs: real H.264/AAC MP4s and GIFs, made once by make.sh."""
