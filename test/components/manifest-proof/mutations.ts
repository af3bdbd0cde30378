import type { Plane } from "../../../tenants/isolation.ts";
import { admission } from "./mutations/admission.ts";
import { api } from "./mutations/api.ts";
import { compute, secrets, storage } from "./mutations/bounds.ts";
import { clusterPolicies } from "./mutations/cluster-policies.ts";
import type { Breaks, Mutation } from "./mutations/change.ts";
import { identity } from "./mutations/identity.ts";
import { names } from "./mutations/names.ts";
import { network } from "./mutations/network.ts";

const ofPlane = (plane: Plane, list: Breaks): readonly Mutation[] => list.map((mutation) => ({ plane, ...mutation }));

/** Every break, by plane. */
export const mutations: readonly Mutation[] = [
  ...ofPlane("network", network),
  ...ofPlane("network", clusterPolicies),
  ...ofPlane("api", api),
  ...ofPlane("identity", identity),
  ...ofPlane("identity", admission),
  ...ofPlane("names", names),
  ...ofPlane("storage", storage),
  ...ofPlane("secrets", secrets),
  ...ofPlane("compute", compute),
];
