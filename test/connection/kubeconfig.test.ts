import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { afterAll, describe, expect, test } from "vitest";

import { ambientRules, explicitRules, readKubeconfig } from "../../connection/kubeconfig.ts";
import { type Differences, makeFolder, writeKubeconfig } from "./support/kubeconfigs.ts";

const folder = makeFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const write = (name: string, differences: Differences = {}) => writeKubeconfig(folder, name, differences);
const read = (files: readonly string[], context: string | null = null) =>
  readKubeconfig(files, { ...ambientRules, context });

describe("several files", () => {
  const one = write("one");
  const two = write("two", {
    user: { token: "another" },
    more: {
      "current-context": "second",
      contexts: [
        { name: "first", context: { cluster: "nowhere" } },
        { name: "second", context: { cluster: "c", user: "u" } },
      ],
    },
  });

  test("are one: the first file's current context and entries count, whatever the next ones say", () => {
    expect(read([one, two])).toMatchObject({
      context: "first",
      cluster: { server: "https://one.example:6443" },
      user: { token: "token of one" },
    });
    expect(read([two, one])).toMatchObject({ context: "second", cluster: { server: "https://two.example:6443" } });
  });

  test("complete each other: a context of one may name a cluster of another", () => {
    expect(read([one, two], "second")).toMatchObject({
      context: "second",
      cluster: { server: "https://one.example:6443" },
    });
  });

  test("are left out where they are not there, unless it is the one that was named", () => {
    const gone = join(folder, "gone");
    expect(read([gone, two])).toMatchObject({ context: "second" });
    expect(read([gone])).toBeNull();
    expect(() => readKubeconfig([gone], { ...explicitRules(folder), context: null })).toThrow(/ENOENT/);
  });

  test("leave the current context to the first that has one", () => {
    const none = write("none", { more: { "current-context": "", contexts: [], clusters: [], users: [] } });
    expect(read([none, one])).toMatchObject({ context: "first" });
    expect(() => read([none])).toThrow("no context is the current one");
  });
});

describe("paths in a file", () => {
  const user = {
    "client-certificate": "pki/client.crt",
    "client-key": "/elsewhere/client.key",
    exec: { command: "bin/login" },
  };
  const file = write("sub/paths", { cluster: { "certificate-authority": "ca.crt" }, user });

  test("start from the file for kubectl", () => {
    expect(read([file])).toMatchObject({
      cluster: { "certificate-authority": join(folder, "sub/ca.crt") },
      user: {
        "client-certificate": join(folder, "sub/pki/client.crt"),
        "client-key": "/elsewhere/client.key",
        exec: { command: join(folder, "sub/bin/login") },
      },
    });
  });

  test("start from the program's folder for the provider, which is told of the file", () => {
    expect(readKubeconfig([file], { ...explicitRules("/program"), context: null })).toMatchObject({
      cluster: { "certificate-authority": "/program/ca.crt" },
    });
  });

  test("are none where a login program is looked for on the PATH", () => {
    expect(read([write("login", { user: { exec: { command: "login" } } })])).toMatchObject({
      user: { exec: { command: "login" } },
    });
  });
});

describe("a file that does not hold together is refused", () => {
  const twice = { users: [{ name: "u" }, { name: "u" }] };
  const context = (of: object) => ({ contexts: [{ name: "first", context: of }] });
  test.each([
    ["a name stands twice", { more: twice }, /two users are called "u"/],
    ["a context is missing", { more: { "current-context": "third" } }, /no context "third"/],
    ["a cluster is missing", { more: context({ cluster: "x", user: "u" }) }, /no cluster "x"/],
    ["a user is missing", { more: context({ cluster: "c", user: "x" }) }, /no user "x"/],
    ["users are no list", { more: { users: { u: {} } } }, /users is not a list/],
    ["a path is a number", { user: { tokenFile: 7 } }, /tokenFile is not a text/],
  ])("where %s", (_what, differences, words) => {
    expect(() => read([write("broken", differences)])).toThrow(words);
  });

  test("where it is not YAML, and the message shows nothing of it", () => {
    const file = join(folder, "damaged");
    writeFileSync(file, "users: [{ user: { token: hidden");
    expect(() => read([file])).toThrow(new Error(`${file} is no kubeconfig: not YAML`));
  });

  test("but a context without a user is nobody's", () => {
    expect(read([write("nobody", { more: context({ cluster: "c" }) })])).toMatchObject({ user: {} });
  });
});
