import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";

import type { EnvironmentPlan, TenantPlan } from "../tenants/model.ts";
import { CommandError, exitCodes } from "../local/command-error.ts";
import type { Actor, AttackRequest, JsonObject, Pair } from "./attempt.ts";
import { type Answer, type AttackClient, type Identity, itemsOf, nameOf, textOf } from "./client.ts";
import { removeLeftovers } from "./leftovers.ts";
import { helperOf, mirrorOf, type Owner, ownersOf, runtimeOf, scratchOf } from "./actors.ts";
import { clusterObjects, ownObjects, tenantObjects, type Made } from "./stage-objects.ts";
import * as requests from "./requests.ts";

/** How one request is sent. */
export interface SendOptions {
  /** Who is the actor `owner`. @default the first of the attacker's */
  readonly owner?: Owner;
  readonly store?: boolean;
  readonly signal?: AbortSignal;
}

/** A cluster on which the attempts can be made: who acts, and what they act on. */
export interface Stage {
  readonly run: string;
  readonly tenants: readonly TenantPlan[];
  pair(attacker: TenantPlan, target: TenantPlan): Pair;
  /** Sends a request as its actor of the pair. */
  send(pair: Pair, request: AttackRequest, options?: SendOptions): Promise<Answer>;
  /** Removes everything that the run has made. */
  close(): Promise<void>;
}

/**
 * Sets the stage: removes what killed runs have left, and makes the run's own objects. What it has made is removed again when it fails.
 * That the tenants are there is for `assertDeployed` to say, before.
 */
export async function openStage(
  client: AttackClient,
  plan: EnvironmentPlan,
  tenants: readonly TenantPlan[],
  signal?: AbortSignal,
): Promise<Stage> {
  const namespaces = plan.tenants.map(({ namespace }) => namespace);
  await removeLeftovers(client, namespaces, null);
  const run = randomBytes(4).toString("hex");
  const tokens = new Map<string, string>();
  const close = async (): Promise<void> => {
    await removeLeftovers(client, namespaces, run);
  };
  try {
    const node = await anyNode(client);
    await make(client, run, clusterObjects(run, tenants));
    for (const tenant of tenants) {
      signal?.throwIfAborted();
      await make(client, run, tenantObjects(run, tenant));
      await make(client, run, ownObjects(run, tenant), ownersOf(run, tenant)[0].identity);
      tokens.set(tenant.id, await runtimeToken(client, tenant));
    }
    const identity = (pair: Pair, actor: Actor, owner: Owner = ownersOf(run, pair.attacker)[0]): Identity => {
      switch (actor) {
        case "owner":
          return owner.identity;
        case "target-owner":
          return ownersOf(run, pair.target)[0].identity;
        case "runtime":
          return runtimeOf(pair.attacker);
        case "runtime-token":
          return { kind: "token", token: tokens.get(pair.attacker.id) ?? "" };
        case "helper":
          return { kind: "impersonated", user: helperOf(run, pair.attacker), groups: ["system:authenticated"] };
        case "administrator":
        case "anonymous":
          return { kind: actor };
        default:
          return actor satisfies never;
      }
    };
    const stage: Stage = {
      run,
      tenants,
      pair: (attacker, target) => ({
        run,
        attacker,
        target,
        node,
        scratch: scratchOf(run),
        mirror: mirrorOf(run, attacker),
      }),
      send: (pair, request, { owner, ...options } = {}) =>
        client.send(request, { identity: identity(pair, request.actor, owner), ...options }),
      close,
    };
    for (const tenant of tenants) await helperIsKnown(stage, tenant);
    return stage;
  } catch (error) {
    await close();
    throw error;
  }
}

async function anyNode(client: AttackClient): Promise<string> {
  const path = requests.pathOf("v1", null, "nodes");
  const [node] = itemsOf(await client.administer(requests.get("administrator", path, { limit: "1" })));
  return node === undefined ? "none" : nameOf(node);
}

/** Makes objects, each with the run's label, as the administrator or as somebody else. */
async function make(client: AttackClient, run: string, made: readonly Made[], identity?: Identity): Promise<void> {
  for (const { path, body } of made) {
    const metadata = body["metadata"] as JsonObject;
    const labels = { ...(metadata["labels"] as JsonObject | undefined), [requests.runLabel]: run };
    const request = requests.post("administrator", path, { ...body, metadata: { ...metadata, labels } });
    const { status, message } = await client.send(request, {
      identity: identity ?? { kind: "administrator" },
      store: true,
    });
    if (status < 300) continue;
    const who = identity?.kind === "impersonated" ? ` as ${identity.user}` : "";
    throw new CommandError(
      exitCodes.failed,
      `the attack could not make what it needs${who} (${path}): ${message}`,
      "whoever attacks needs to be an administrator who may impersonate, and tenants need room for one object of a kind",
    );
  }
}

/** A token as the platform would mount it, and proof that it is whose it says. */
async function runtimeToken(client: AttackClient, { namespace }: TenantPlan): Promise<string> {
  const path = requests.pathOf("v1", namespace, "serviceaccounts", "runtime", "token");
  const ask = { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec: { expirationSeconds: 3600 } };
  const { body, message } = await client.administer(requests.post("administrator", path, ask));
  const token = textOf((body["status"] as JsonObject | undefined)?.["token"]);
  const review = requests.post(
    "runtime-token",
    requests.pathOf("authentication.k8s.io/v1", null, "selfsubjectreviews"),
    {
      apiVersion: "authentication.k8s.io/v1",
      kind: "SelfSubjectReview",
    },
  );
  const answer = await client.send(review, { identity: { kind: "token", token } });
  const user = (answer.body["status"] as { readonly userInfo?: { readonly username?: string } } | undefined)?.userInfo
    ?.username;
  if (user === `system:serviceaccount:${namespace}:runtime`) return token;
  throw new CommandError(exitCodes.failed, `no token for the runtime of ${namespace}: ${message || answer.message}`);
}

/** The authorizer learns of bindings in its own time. */
async function helperIsKnown(stage: Stage, tenant: TenantPlan): Promise<void> {
  const pair = stage.pair(tenant, tenant);
  const asks = [pair.mirror, tenant.namespace].map((namespace) =>
    requests.get("helper", requests.pathOf("v1", namespace, "configmaps")),
  );
  for (let attempt = 0; attempt < 100; attempt++) {
    const answers = await Promise.all(asks.map((ask) => stage.send(pair, ask)));
    if (answers.every(({ status }) => status === 200)) return;
    await sleep(100);
  }
  throw new CommandError(exitCodes.failed, `the rights of the helper in ${tenant.namespace} do not act`);
}
