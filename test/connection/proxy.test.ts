import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { environmentProxy } from "../../connection/proxy.ts";

const names = ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "NO_PROXY", "no_proxy"];
const proxy = "http://proxy.example:3128";
beforeEach(() => names.forEach((name) => vi.stubEnv(name, "")));
afterEach(() => vi.unstubAllEnvs());

describe("the proxy of the environment", () => {
  test("is the one of the protocol, upper case first, and without a scheme it is HTTP", () => {
    expect(environmentProxy("https://api.example")).toBeNull();
    vi.stubEnv("https_proxy", "lower.example:1");
    expect(environmentProxy("https://api.example")).toBe("http://lower.example:1");
    vi.stubEnv("HTTPS_PROXY", proxy);
    expect(environmentProxy("https://api.example")).toBe(proxy);
    expect(environmentProxy("http://api.example")).toBeNull();
    vi.stubEnv("HTTP_PROXY", "socks5://other.example");
    expect(environmentProxy("http://api.example")).toBe("socks5://other.example");
  });

  test.each(["https://localhost:6443", "https://127.0.0.1:6443", "https://127.8.8.8", "https://[::1]:6443"])(
    "never leads to this machine: %s",
    (server) => {
      vi.stubEnv("HTTPS_PROXY", proxy);
      expect(environmentProxy(server)).toBeNull();
    },
  );

  test.each([
    ["*", "https://api.example", true],
    ["example", "https://api.example", true],
    ["api.example", "https://api.example", true],
    ["pi.example", "https://api.example", false],
    [".example", "https://api.example", true],
    [".api.example", "https://api.example", false],
    ["*.example", "https://api.example", true],
    ["api.example:443", "https://api.example", true],
    ["api.example:6443", "https://api.example", false],
    ["other, API.example ", "https://api.example", true],
    ["10.0.0.0/8", "https://10.1.2.3", true],
    ["10.0.0.0/8", "https://11.1.2.3", false],
    ["10.0.0.0/8", "https://ten.example", false],
    ["fd00::/8", "https://[fd00::1]:6443", true],
    ["10.1.2.3", "https://10.1.2.3", true],
    ["2.3", "https://10.1.2.3", false],
    ["[fd00::1]:6443", "https://[fd00::1]:6443", true],
    ["10.0.0.0/99", "https://10.1.2.3", false],
  ])("NO_PROXY=%s leaves out %s: %s", (exceptions, server, isDirect) => {
    vi.stubEnv("HTTPS_PROXY", proxy);
    vi.stubEnv("NO_PROXY", exceptions);
    expect(environmentProxy(server)).toBe(isDirect ? null : proxy);
  });
});
