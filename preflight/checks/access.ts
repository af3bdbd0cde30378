import { type ClusterAnswer, jsonOf, wordsOf } from "../cluster.ts";
import { type Check, enforced, notEnforced, unknown } from "../check.ts";
import type { ClusterView } from "../view.ts";

/** Nothing of this group exists, so no role but one with wildcards allows it. */
const nothing = { group: "preflight.tenantry.dev", resource: "nothing", verb: "use" };
/** What nobody but administrators should read. */
const everything = { group: "", resource: "secrets", verb: "list" };

/** The server refuses what no role allows. */
export const authorization: Check = {
  name: "authorization",
  need: "isolation",
  look: async (view) => {
    const [self, stranger] = await Promise.all([
      review(view, "SelfSubjectAccessReview", { resourceAttributes: nothing }),
      review(view, "SubjectAccessReview", {
        user: "preflight.tenantry.dev",
        groups: ["system:authenticated"],
        resourceAttributes: everything,
      }),
    ]);
    switch (allowedBy(stranger)) {
      case true:
        return notEnforced(
          "a user whom no role names may list the Secrets of every namespace",
          "Use --authorization-mode=Node,RBAC, and let no binding give that to system:authenticated.",
        );
      case false:
        return enforced("a user whom no role names may not list Secrets, by the server's own answer");
      case null:
        // Who may not ask about others asks about himself, which is an answer where no wildcard speaks for him.
        return allowedBy(self) === false
          ? enforced("what no role allows is refused to this identity, by the server's own answer")
          : unknown(
              `the server does not say what a stranger may do: ${wordsOf(stranger)}`,
              "Let the identity create SubjectAccessReviews.",
            );
    }
  },
};

function review(view: ClusterView, kind: string, spec: object): Promise<ClusterAnswer> {
  const group = "authorization.k8s.io/v1";
  return view.ask({
    method: "POST",
    path: `/apis/${group}/${kind.toLowerCase()}s`,
    body: { apiVersion: group, kind, spec },
  });
}

function allowedBy(answer: ClusterAnswer): boolean | null {
  const { allowed } = (jsonOf(answer)["status"] ?? {}) as { readonly allowed?: unknown };
  return answer.status === 201 && typeof allowed === "boolean" ? allowed : null;
}

const anonymousRemedy =
  "Start the API server with --anonymous-auth=false, or with an AuthenticationConfiguration that lets anonymous requests to /livez, /readyz and /healthz only.";

/** The server refuses requests without credentials, health checks excepted. */
export const anonymousRequests: Check = {
  name: "anonymous-requests",
  need: "isolation",
  look: async (view) => {
    const [api, health] = await Promise.all(
      ["/api/v1/namespaces?limit=1", "/livez"].map((path) => view.ask({ method: "GET", path, as: "anonymous" })),
    );
    const status = api?.status ?? 0;
    switch (status) {
      case 401:
        return enforced(
          health?.status === 401
            ? "a request without credentials is refused with 401"
            : "a request without credentials is refused with 401, health checks excepted",
        );
      case 403:
        return notEnforced(
          "a request without credentials is let in as system:anonymous, and only roles stand before it (403, not 401)",
          anonymousRemedy,
        );
      case 200:
        return notEnforced("anybody may list the namespaces without credentials", anonymousRemedy);
      default:
        return unknown(
          `a request without credentials had no clear answer: ${api === undefined ? "" : wordsOf(api)}`,
          anonymousRemedy,
        );
    }
  },
};
