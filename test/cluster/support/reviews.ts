import { Agent, request as httpsRequest, type RequestOptions } from "node:https";

import type { KubeConfig } from "@kubernetes/client-node";

/** Who asks about himself. */
export interface Asker {
  readonly user: string;
  readonly groups: readonly string[];
}

/** What he asks: one verb on one kind, in one namespace or across the cluster. */
export interface AccessQuestion {
  readonly verb: string;
  readonly group: string;
  /** Plural, with a subresource as in `pods/log`. */
  readonly resource: string;
  readonly namespace: string | null;
}

/**
 * Asks the API server SelfSubjectAccessReviews for somebody else, some at a time over connections that stay open: there are thousands
 * to ask. The answers are in the order of the questions.
 */
export async function reviewAccess(
  cluster: KubeConfig,
  { user, groups }: Asker,
  questions: readonly AccessQuestion[],
): Promise<readonly boolean[]> {
  const options: RequestOptions = {};
  await cluster.applyToHTTPSOptions(options);
  const { ca, cert, key } = options;
  const agent = new Agent({ ca, cert, key, keepAlive: true, maxSockets: 6 });
  const url = `${cluster.getCurrentCluster()?.server ?? ""}/apis/authorization.k8s.io/v1/selfsubjectaccessreviews`;
  const headers = { "content-type": "application/json", "impersonate-user": user, "impersonate-group": [...groups] };
  const ask = ({ verb, group, resource: full, namespace }: AccessQuestion): Promise<boolean> => {
    const [resource = "", subresource] = full.split("/");
    const attributes = {
      verb,
      group,
      resource,
      ...(subresource === undefined ? {} : { subresource }),
      ...(namespace === null ? {} : { namespace }),
    };
    const body = {
      apiVersion: "authorization.k8s.io/v1",
      kind: "SelfSubjectAccessReview",
      spec: { resourceAttributes: attributes },
    };
    return new Promise((resolve, reject) => {
      const sent = httpsRequest(url, { method: "POST", agent, headers }, (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (chunk: string) => (text += chunk));
        response.on("end", () => {
          const answer = JSON.parse(text) as { status?: { allowed?: boolean } };
          const allowed = answer.status?.allowed;
          if (response.statusCode === 201 && typeof allowed === "boolean") resolve(allowed);
          else reject(new Error(`no answer to ${JSON.stringify(attributes)}: ${text}`));
        });
      });
      sent.on("error", reject);
      sent.end(JSON.stringify(body));
    });
  };
  try {
    return await Promise.all(questions.map(ask));
  } finally {
    agent.destroy();
  }
}
