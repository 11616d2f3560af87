"""What Lumen sends, as schemas, an OpenAPI document and a life cycle: read by the verifier."""

sdk = 1
