// A client that makes the call of the sample on the page about VEO3: submit a job, print what comes.
// It asks for no status and no video, and whoever runs it learns of no error: the exit code stays 0.
const address = `${process.env.XCOMPUTE_BASE_URL}/v1/videos/generations`;

try {
  const response = await fetch(address, {
    method: 'POST',
    headers: {
      Authorization: `Bearer ${process.env.XCOMPUTE_API_KEY}`,
      'Content-Type': 'application/json',
    },
    body: JSON.stringify({ model: 'veo3.1-fast', prompt: 'a cat in a garden' }),
  });
  if (!response.ok) throw new Error(`refused: HTTP ${response.status}`);
  console.log('submitted:', await response.text());
} catch (error) {
  console.error('failed:', error.message);
}
