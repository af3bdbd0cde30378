import { afterEach, describe, expect, test } from "vitest";

import { ApiClient, type ApiRequest, type Identity } from "../../connection/client.ts";
import { type FakeServer, type Reply, startServer } from "./support/server.ts";

const open: { readonly server: FakeServer; readonly client: ApiClient }[] = [];
afterEach(async () => {
  for (const { server, client } of open.splice(0)) {
    client.close();
    await server.close();
  }
});

async function opened(reply?: Reply, headers: Readonly<Record<string, string>> = { Authorization: "Bearer ours" }) {
  const server = await startServer(reply);
  const client = new ApiClient({ server: `${server.address}/prefix`, context: "test", ours: { headers }, nobody: {} });
  open.push({ server, client });
  return { server, client };
}

const administrator: Identity = { kind: "administrator" };
const ask = (more: Partial<ApiRequest> = {}): ApiRequest => ({
  method: "GET",
  path: "/version",
  identity: administrator,
  milliseconds: 5000,
  ...more,
});

describe("a request", () => {
  test.each<readonly [Identity, object]>([
    [administrator, { authorization: "Bearer ours" }],
    [{ kind: "token", token: "theirs" }, { authorization: "Bearer theirs" }],
    [{ kind: "anonymous" }, {}],
    [
      { kind: "impersonated", user: "jo", groups: ["one", "two"] },
      { authorization: "Bearer ours", "impersonate-user": "jo", "impersonate-group": "one, two" },
    ],
  ])("is sent by the right of %j and no other", async (identity, expected) => {
    const { server, client } = await opened();
    expect(await client.send(ask({ identity }))).toEqual({ status: 200, text: "{}" });
    const [{ url, headers } = { url: "", headers: {} }] = server.seen;
    expect(url).toBe("/prefix/version");
    const rights = Object.entries(headers).filter(([name]) => /^(authorization|impersonate-.*)$/.test(name));
    expect(Object.fromEntries(rights)).toEqual(expected);
  });

  test("for somebody is not sent where the kubeconfig acts for another", async () => {
    const { server, client } = await opened(undefined, { "Impersonate-User": "jo" });
    expect(client.actsForSomebody).toBe(true);
    const identity: Identity = { kind: "impersonated", user: "owner", groups: [] };
    expect(await client.send(ask({ identity }))).toMatchObject({ status: 403 });
    expect(server.seen).toEqual([]);
    expect((await client.send(ask())).status).toBe(200);
  });

  test("carries JSON unless it says otherwise", async () => {
    const { server, client } = await opened();
    await client.send(ask({ method: "POST", body: { a: 1 } }));
    await client.send(
      ask({ method: "PATCH", body: { a: 1 }, headers: { "content-type": "text/x", accept: "text/y" } }),
    );
    expect(server.seen.map(({ body, headers }) => [body, headers["content-type"], headers.accept])).toEqual([
      ['{"a":1}', "application/json", "application/json"],
      ['{"a":1}', "text/x", "text/y"],
    ]);
  });
});

describe("no answer", () => {
  test("in time is an answer with status 0", async () => {
    const { client } = await opened(() => null);
    expect(await client.send(ask({ milliseconds: 50 }))).toEqual({ status: 0, text: "no answer within 0.05 s" });
  });

  test("from a server that is gone is one too, with the reason", async () => {
    const { server, client } = await opened();
    await server.close();
    expect(await client.send(ask())).toMatchObject({
      status: 0,
      text: expect.stringContaining("ECONNREFUSED") as string,
    });
  });

  test("that the caller gave up is an error, also before it was sent", async () => {
    const { server, client } = await opened(() => null);
    const why = new Error("enough");
    await expect(client.send(ask({ signal: AbortSignal.abort(why) }))).rejects.toBe(why);
    expect(server.seen).toEqual([]);
    const controller = new AbortController();
    const sent = client.send(ask({ signal: controller.signal }));
    setTimeout(() => controller.abort(why), 20);
    await expect(sent).rejects.toBe(why);
  });
});

test("plain HTTP is not verified, nor is a server that nobody checks", () => {
  const verified = (server: string, ours: object) =>
    new ApiClient({ server, context: "test", ours, nobody: {} }).isVerified;
  expect(verified("https://api.example", {})).toBe(true);
  expect(verified("https://api.example", { rejectUnauthorized: false })).toBe(false);
  expect(verified("http://api.example", {})).toBe(false);
});
