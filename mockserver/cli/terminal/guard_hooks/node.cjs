"use strict";
// What a guarded node program runs first: it does not find the hosts of providers.
const dns = require("node:dns");
const net = require("node:net");
const { syncBuiltinESMExports } = require("node:module");

const hosts = process.env._REELMOCK_GUARDED_HOSTS.split(",");
const direct = process.env.NO_PROXY.split(",");
const [address, port] = process.env._REELMOCK_GUARD.split(":");
const lookup = dns.lookup;
const promised = dns.promises.lookup;

// What to do instead of a call to a refused host; nothing if it is not refused.
function refusal(host) {
  const name = String(host).toLowerCase().replace(/\.$/, "");
  if (hosts.includes(name)) return "use the base URL of the mock";
  if (!hosts.includes("*") || name === "" || direct.includes(name)) return "";
  return "--guard=all refuses every other machine; with plain --guard, calls to it pass";
}

// Tells the guard, and goes on once it has written it down.
function tell(host, then) {
  const guard = net.connect({ host: address, port: Number(port) });
  const once = () => {
    guard.destroy();
    then(Object.assign(new Error(`the guard lets nothing out to ${host}: ${refusal(host)}`), {
      code: "ECONNREFUSED",
    }));
  };
  guard.once("data", once).once("error", once);
  guard.write(`REFUSED ${host} HTTP/1.1\r\n\r\n`);
}

function guarded(host, options, callback) {
  if (!refusal(host)) return lookup.apply(this, arguments);
  tell(host, typeof options === "function" ? options : callback);
  return {};
}

dns.lookup = Object.defineProperties(guarded, Object.getOwnPropertyDescriptors(lookup));
const refused = (host) => new Promise((_, fail) => tell(host, fail));
dns.promises.lookup = (host, ...rest) =>
  refusal(host) ? refused(host) : promised.call(dns.promises, host, ...rest);

// The look-ups of a resolver: libraries that keep their own addresses ask them.
for (const own of [dns, dns.Resolver.prototype, dns.promises, dns.promises.Resolver.prototype]) {
  for (const name of ["resolve", "resolve4", "resolve6", "resolveAny"]) {
    const resolve = own[name];
    own[name] = function (host, ...rest) {
      if (!refusal(host)) return resolve.call(this, host, ...rest);
      return typeof rest.at(-1) === "function" ? tell(host, rest.at(-1)) : refused(host);
    };
  }
}
syncBuiltinESMExports();
