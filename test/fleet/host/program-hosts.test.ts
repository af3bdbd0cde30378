import { expect, it } from "vitest";

import { ProgramHosts, type Host } from "../../../fleet/host/program-hosts.ts";
import type { PulumiEnding } from "../../../fleet/pulumi-cli.ts";

/** Hosts that only count. */
function hostsOf(residentBytes = 0): {
  readonly hosts: ProgramHosts;
  readonly log: string[];
  readonly die: (name: string) => void;
} {
  const log: string[] = [];
  const dead = new Set<string>();
  let started = 0;
  const hosts = new ProgramHosts(() => {
    const address = `host ${++started}`;
    log.push(`start ${started}`);
    const host: Host = {
      address,
      get ending(): PulumiEnding | null {
        return dead.has(address) ? "SIGKILL" : null;
      },
      residentBytes,
      end: () => log.push(`end ${address}`),
      kill: () => log.push(`kill ${address}`),
    };
    return Promise.resolve(host);
  });
  return { hosts, log, die: (name) => dead.add(name) };
}

/** A run that ends like this, and the host that it had. */
async function run(hosts: ProgramHosts, ending: PulumiEnding = 0): Promise<string> {
  let used = "";
  await hosts.run((host) => {
    used = host.address;
    return Promise.resolve(ending);
  });
  return used;
}

it("lends one process again and again, and to one stack at a time", async () => {
  const { hosts, log } = hostsOf();
  expect(await run(hosts)).toBe("host 1");
  expect(await run(hosts)).toBe("host 1");
  const inside: string[] = [];
  await hosts.run(async (host) => {
    inside.push(host.address, await run(hosts));
    return 0;
  });
  expect(inside).toEqual(["host 1", "host 2"]);
  await hosts.close();
  expect(log.sort()).toEqual(["end host 1", "end host 2", "start 1", "start 2"]);
});

it.each([[1], ["SIGKILL" as const]])("ends a process whose run ended with %s", async (ending) => {
  const { hosts, log } = hostsOf();
  await run(hosts, ending);
  expect(await run(hosts)).toBe("host 2");
  expect(log).toEqual(["start 1", "kill host 1", "start 2"]);
});

it("ends a process whose run threw", async () => {
  const { hosts, log } = hostsOf();
  await expect(hosts.run(() => Promise.reject(new Error("no pulumi")))).rejects.toThrow("no pulumi");
  expect(log).toEqual(["start 1", "kill host 1"]);
});

it("does not lend one that has ended meanwhile, nor one that has served enough", async () => {
  const { hosts, log, die } = hostsOf();
  await hosts.run(({ address }) => {
    die(address);
    return Promise.resolve(0);
  });
  expect(await run(hosts)).toBe("host 2");
  for (let runs = 1; runs < 50; runs++) expect(await run(hosts)).toBe("host 2");
  expect(await run(hosts)).toBe("host 3");
  expect(log).toEqual(["start 1", "end host 1", "start 2", "end host 2", "start 3"]);
});

it("does not lend one that has kept too much memory, and its twin that has kept a byte less", async () => {
  const large = hostsOf(384 * 2 ** 20);
  expect([await run(large.hosts), await run(large.hosts)]).toEqual(["host 1", "host 2"]);
  expect(large.log).toEqual(["start 1", "end host 1", "start 2", "end host 2"]);
  const small = hostsOf(384 * 2 ** 20 - 1);
  expect([await run(small.hosts), await run(small.hosts)]).toEqual(["host 1", "host 1"]);
});

it("does not lend one that was ended while nobody had it, be it idle or warm", async () => {
  const { hosts, die } = hostsOf();
  expect(await run(hosts)).toBe("host 1");
  die("host 1");
  expect(await run(hosts)).toBe("host 2");
  const warmed = hostsOf();
  warmed.hosts.warm();
  warmed.die("host 1");
  expect(await run(warmed.hosts)).toBe("host 2");
});

it("starts one in advance, once, and ends it where nobody came", async () => {
  const { hosts, log } = hostsOf();
  hosts.warm();
  hosts.warm();
  expect(log).toEqual(["start 1"]);
  expect(await run(hosts)).toBe("host 1");
  hosts.warm();
  await hosts.close();
  expect(log).toEqual(["start 1", "start 2", "end host 1", "end host 2"]);
});

it("does not wait for one that is still starting when nobody wants it any more", async () => {
  let ended = false;
  const hosts = new ProgramHosts(
    (signal) =>
      new Promise((_, reject) => {
        signal.addEventListener("abort", () => {
          ended = true;
          reject(new Error("ended"));
        });
      }),
  );
  hosts.warm();
  await hosts.close();
  expect(ended).toBe(true);
});

it("tells whoever wants one that none could be started, and starts another one for the next", async () => {
  let fail = true;
  const hosts = new ProgramHosts(() =>
    fail
      ? Promise.reject(new Error("no room"))
      : Promise.resolve({
          address: "host",
          ending: null,
          residentBytes: 0,
          end: () => undefined,
          kill: () => undefined,
        }),
  );
  hosts.warm();
  await expect(run(hosts)).rejects.toThrow("no room");
  fail = false;
  expect(await run(hosts)).toBe("host");
  await hosts.close();
});
