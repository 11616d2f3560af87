"""Other mock servers beside ours and the floor, as far as they are installed.

    npm install --prefix DIR @copilotkit/aimock mountebank @mockoon/cli @stoplight/prism-cli \\
        json-server wiremock
    python3 -m venv DIR/venv && DIR/venv/bin/pip install 'moto[server]'
    python -m tests.benchmarks.peers --bin DIR/node_modules/.bin DIR/venv/bin

WireMock needs Java. Nothing is installed or fetched by these modules.
"""
