import * as z from "zod";

import type { IsolationLevel, TenantStatus, Tier } from "../model.ts";
import {
  byteAmount,
  cellNumber,
  cidrText,
  cpuAmount,
  hinted,
  hostName,
  imageReference,
  integer,
  labelKey,
  labelValue,
  objectName,
  port,
  portNumber,
  tenantId,
  text,
} from "./words.ts";

/** Tiers, from small to large. */
export const tiers = ["free", "pro", "enterprise"] as const satisfies readonly Tier[];

/** Isolation levels that can be chosen so far. */
export const isolationLevels = ["namespace"] as const satisfies readonly IsolationLevel[];

/** Statuses that can be chosen so far. */
export const tenantStatuses = ["active", "suspended"] as const satisfies readonly TenantStatus[];

const level = hinted(
  z.enum(isolationLevels),
  `must be a level that exists: ${isolationLevels.join(", ")}`,
  "Write namespace, or leave it out.",
  ["pooled", "nodes", "control-plane", "cluster"],
);

const replicas = z
  .strictObject({
    min: integer(1, 200, "pods").optional().describe("Fewest pods, 1 to 200."),
    max: integer(1, 200, "pods").optional().describe("Most pods, 1 to 200; the autoscaler's upper bound."),
  })
  .describe("Bounds of the autoscaler. Default: the tier's.");

const amounts = z.strictObject({
  cpu: cpuAmount.optional().describe("Millicores (250m) or cores (2)."),
  memory: byteAmount.optional().describe("Bytes with a unit, such as 512Mi."),
  ephemeralStorage: byteAmount.optional().describe("Scratch disk and logs, bytes with a unit."),
});

const resources = z
  .strictObject({
    requests: amounts.optional().describe("What is reserved for each pod."),
    limits: amounts.optional().describe("The ceiling of each pod."),
  })
  .describe("What differs from the tier's resources for each pod; within the namespace's limit range.");

const owner = z
  .strictObject({
    group: text(
      /^[^\s,\p{C}\p{DI}\u2800]+$/u,
      256,
      "must be a group name",
      "Write the group as the identity provider names it.",
    )
      .optional()
      .describe("Group of the identity provider."),
    user: text(
      /^[^\s,\p{C}\p{DI}\u2800]+$/u,
      256,
      "must be a user name",
      "Write the user as the identity provider names it.",
    )
      .optional()
      .describe("User of the identity provider."),
  })
  .check((context) => {
    if ((context.value.group === undefined) === (context.value.user === undefined)) {
      context.issues.push({
        code: "custom",
        input: context.value,
        params: { bound: "must have either group or user", remedy: "Keep exactly one of the two." },
      });
    }
  });

const quotaCount = (what: string) => integer(0, 100_000, what).optional();

/** What a person may override in the quota, by the names that ResourceQuota uses. NodePorts and LoadBalancers stay 0. */
export const quotaOverrides = z
  .strictObject({
    "requests.cpu": cpuAmount.optional().describe("Sum of cpu requests, millicores or cores."),
    "requests.memory": byteAmount.optional().describe("Sum of memory requests, bytes."),
    "requests.ephemeral-storage": byteAmount.optional().describe("Sum of scratch disk requests, bytes."),
    "limits.cpu": cpuAmount.optional().describe("Sum of cpu limits, millicores or cores."),
    "limits.memory": byteAmount.optional().describe("Sum of memory limits, bytes."),
    "limits.ephemeral-storage": byteAmount.optional().describe("Sum of scratch disk limits, bytes."),
    "requests.storage": byteAmount
      .optional()
      .describe("Sum of volume sizes, bytes; also the bound of each storage class of the environment."),
    persistentvolumeclaims: quotaCount("volume claims").describe("Volume claims."),
    pods: quotaCount("pods").describe("Pods that are not finished."),
    services: quotaCount("Services").describe("Services."),
    configmaps: quotaCount("ConfigMaps").describe("ConfigMaps, the cluster's CA bundle included."),
    secrets: quotaCount("Secrets").describe(
      "Secrets, two per TLS host included: its certificate, and the next private key while it is issued.",
    ),
    "count/deployments.apps": quotaCount("Deployments").describe("Deployments."),
    "count/statefulsets.apps": quotaCount("StatefulSets").describe("StatefulSets."),
    "count/jobs.batch": quotaCount("Jobs").describe("Jobs."),
    "count/cronjobs.batch": quotaCount("CronJobs").describe("CronJobs."),
  })
  .describe(
    "What differs from the tier's quota. NodePorts, LoadBalancers and quotas of the tenant's own cannot be opened.",
  );

/** One tenant as a person writes it. */
export const tenantSchema = z
  .strictObject({
    id: tenantId.describe(
      "Immutable identity, 2 to 30 characters; never used again, not even after erasure. The namespace is tenant-<id>.",
    ),
    name: text(
      // U+2800 is a braille cell without dots; the other characters that show nothing have a property of their own.
      /^[^\s\p{C}\p{DI}\u2800](?:[^\p{C}\p{DI}\u2028\u2029\u2800]*[^\s\p{C}\p{DI}\u2800])?$/u,
      100,
      "must be 1 to 100 printable characters without blanks at the ends",
      "Write the customer's name; invisible characters are refused, because two names could then look the same.",
    ).describe("Name for people, 1 to 100 characters."),
    tier: hinted(z.enum(tiers), "must be free, pro or enterprise", "Choose one of the three.").describe(
      "Row of the tier table: quota, replicas, resources, storage.",
    ),
    isolation: z
      .union([
        level,
        z.strictObject({ runtime: level.optional(), dashboard: level.optional(), data: level.optional() }),
      ])
      .default("namespace")
      .describe("How far the tenant is from its neighbours: one level, or a map per part (runtime, dashboard, data)."),
    status: hinted(
      z.enum(tenantStatuses),
      `must be a status that exists: ${tenantStatuses.join(", ")}`,
      "Write active or suspended.",
      ["archived", "erased"],
    )
      .default("active")
      .describe("active runs; suspended has zero pods and no routes, and keeps its data."),
    cell: cellNumber
      .optional()
      .describe(
        "Pins the tenant to one cell of the environment. Default: the cell that its id gives. A change moves the tenant to another stack, see docs/fleet.md.",
      ),
    protect: z
      .boolean()
      .optional()
      .describe(
        "Refuse to delete the namespace, and with it all volumes, and the StatefulSet that owns their claims. Default: the environment's. To offboard: set it to false, `up`, remove the record, `up`.",
      ),
    owners: z.array(owner).max(50).default([]).describe("Groups and users who may work inside the namespace."),
    domains: z
      .array(hostName)
      // An HTTPRoute holds 16 host names at most (Gateway API, HTTPRouteSpec.hostnames), and <id>.<domain> is one of them.
      .max(15)
      .default([])
      .describe("Exact hosts beside <id>.<domain>; each belongs to one tenant only."),
    runtime: z
      .strictObject({
        image: imageReference
          .optional()
          .describe("Image of the agent runtime. Default: images.runtime of the environment."),
        replicas: replicas.optional(),
        resources: resources.optional(),
        storage: byteAmount
          .optional()
          .describe(
            "Size of each replica's volume, bytes. Read when the runtime is first made; existing volumes grow by their claims, see docs/components.md, Changing the size of volumes.",
          ),
        storageClass: objectName
          .optional()
          .describe(
            "Storage class of the volumes. Read when the runtime is first made; see docs/components.md, Changing the size of volumes. Default: storage.default of the environment.",
          ),
      })
      .default({})
      .describe("The agent runtime: a StatefulSet with one volume per replica."),
    dashboard: z
      .strictObject({
        image: imageReference
          .optional()
          .describe("Image of the dashboard. Default: images.dashboard of the environment."),
        replicas: replicas.optional(),
        resources: resources.optional(),
      })
      .default({})
      .describe("The dashboard: a stateless Deployment."),
    quota: quotaOverrides.default({}),
    egress: z
      .array(
        z.strictObject({
          cidr: cidrText.describe("Public range. Private and metadata addresses inside a wide range stay closed."),
          ports: z.array(port).min(1).max(50).describe("Ports: a number is TCP, or { port, protocol }."),
        }),
      )
      .max(50)
      .default([])
      .describe("Addresses outside the cluster that the tenant may call; all else is denied."),
    peers: z
      .array(
        z.strictObject({
          tenant: tenantId.describe("Id of the other tenant."),
          ports: z
            .array(portNumber)
            .min(1)
            .max(20)
            .describe("TCP ports on which the two runtimes may call each other."),
        }),
      )
      .max(20)
      .default([])
      .describe(
        "Tenants whose runtime and this one's may call each other. Opens only when the other's record names this tenant with the same ports: each record alone decides its own tenant's policies, in both directions, so an opening needs both.",
      ),
    labels: z
      .record(labelKey, labelValue)
      .default({})
      .describe(
        "Labels on every object of the tenant, such as a cost centre. Keys have no prefix, or one under the environment's domain: other software may act on other prefixes.",
      ),
    secrets: z
      .strictObject({
        rotation: integer(1, 1_000_000, "rotations")
          .default(1)
          .describe("Raise it by one to make every generated secret anew."),
      })
      .default({ rotation: 1 })
      .describe("Generated secrets. Values a person sets go under tenantry:tenantSecrets."),
  })
  .describe("One customer.");

/** A tenant's record as parsed: defaults that need no environment are applied. */
export type TenantSpec = z.output<typeof tenantSchema>;

/** What a tenant file holds: a list of records. */
export const tenantFileSchema = z
  .array(tenantSchema)
  .describe("Tenants of an environment, listed by tenantry:tenantFiles.");
