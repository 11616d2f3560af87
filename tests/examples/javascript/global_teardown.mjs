// Jest keeps the end in a file of its own: globalTeardown of its configuration.
export default () => globalThis.stopReelmock();
