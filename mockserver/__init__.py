"""Reelmock's server: stands in for the AI-video providers APIYI, Kie.ai and xcompute/APIMart."""

__version__ = "0.2.0"
