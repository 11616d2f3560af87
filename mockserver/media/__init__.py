"""The videos that finished jobs hand out: real H.264/AAC MP4s and GIFs, made once by make.sh."""
