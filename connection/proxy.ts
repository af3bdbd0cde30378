import { BlockList, isIP } from "node:net";

/**
 * The proxy that the environment names for an address; `null` where it is asked directly. As Go reads the variables, and with it kubectl
 * and the provider: upper case before lower case, and never for this machine itself. Node by itself would not read them at all.
 */
export function environmentProxy(server: string): string | null {
  const { protocol, hostname, port } = new URL(server);
  const host = hostname.replace(/^\[|\]$/g, "").toLowerCase();
  const proxy = variable(protocol === "https:" ? "HTTPS_PROXY" : "HTTP_PROXY");
  if (proxy === "" || isThisMachine(host)) return null;
  const effectivePort = port === "" ? (protocol === "https:" ? "443" : "80") : port;
  const exceptions = variable("NO_PROXY")
    .split(",")
    .map((entry) => entry.trim().toLowerCase())
    .filter((entry) => entry !== "");
  if (exceptions.some((entry) => isExcepted(entry, host, effectivePort))) return null;
  return proxy.includes("://") ? proxy : `http://${proxy}`;
}

function variable(name: string): string {
  const upper = process.env[name] ?? "";
  return upper === "" ? (process.env[name.toLowerCase()] ?? "") : upper;
}

function isThisMachine(host: string): boolean {
  return host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));
}

/** One entry of NO_PROXY: `*`, an address, a range, or a name, which also stands for what is below it. */
function isExcepted(entry: string, host: string, port: string): boolean {
  if (entry === "*") return true;
  if (entry.includes("/")) return isInRange(entry, host);
  const [, name = entry, onlyPort] = /^(\[[^\]]*\]|[^:]*):(\d+)$/.exec(entry) ?? [];
  if (onlyPort !== undefined && onlyPort !== port) return false;
  const bare = name.replace(/^\[|\]$/g, "");
  if (isIP(bare) !== 0 || isIP(host) !== 0) return bare === host;
  const below = bare.replace(/^\*(?=\.)/, "");
  return below.startsWith(".") ? host.endsWith(below) : host === below || host.endsWith(`.${below}`);
}

function isInRange(range: string, host: string): boolean {
  const [address = "", length = ""] = range.split("/");
  const family = isIP(address);
  if (family === 0 || isIP(host) !== family || !/^\d{1,3}$/.test(length)) return false;
  const [type, bits] = family === 4 ? (["ipv4", 32] as const) : (["ipv6", 128] as const);
  if (Number(length) > bits) return false;
  const list = new BlockList();
  list.addSubnet(address, Number(length), type);
  return list.check(host, type);
}
