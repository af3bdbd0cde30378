import { expect, test } from "vitest";

import { serverAddress } from "../../connection/server-address.ts";

test.each([
  ["https://api.example:6443", "https://api.example:6443"],
  ["https://api.example:6443/", "https://api.example:6443"],
  ["https://rancher.example/k8s/clusters/c-1", "https://rancher.example/k8s/clusters/c-1"],
  ["https://rancher.example/k8s/clusters/c-1//", "https://rancher.example/k8s/clusters/c-1"],
  ["http://127.0.0.1:8001", "http://127.0.0.1:8001"],
  ["https://[::1]:6443/", "https://[::1]:6443"],
])("%s is asked at %s", (text, address) => {
  expect(serverAddress(text)).toBe(address);
});

test.each([
  ["", /not written like/],
  ["api.example:6443", /not written like/],
  ["ftp://api.example", /not written like/],
  ["https://api.example/?token=hidden", /query or a fragment/],
  ["https://api.example/#hidden", /query or a fragment/],
  ["https://jo:hidden@api.example:6443", /api\.example:6443 has credentials in it/],
  ["https://hidden@api.example", /api\.example has credentials in it/],
  ["jo:hidden@api.example", /not written like/],
])("%s is refused, and no message repeats what is hidden", (text, words) => {
  const refusal = (): string => {
    try {
      return serverAddress(text);
    } catch (error) {
      return (error as Error).message;
    }
  };
  expect(refusal()).toMatch(words);
  expect(refusal()).not.toContain("hidden");
});
