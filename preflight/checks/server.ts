import { jsonOf, wordsOf } from "../cluster.ts";
import { type Check, enforced, notEnforced, unknown } from "../check.ts";

/** ValidatingAdmissionPolicy is stable since 1.30. */
const oldest = 30;
/** The newest minor version that the tests run against. */
const newestTested = 35;

const range = `1.${oldest} to 1.${newestTested}`;

/** Whoever answers is the server: otherwise no other answer is worth anything, and the update would hand its secrets to a stranger. */
export const serverCertificate: Check = {
  name: "server-certificate",
  need: "isolation",
  look: (view) =>
    Promise.resolve(
      view.isVerified
        ? enforced("the server has shown a certificate of the kubeconfig's authority")
        : notEnforced(
            "the kubeconfig takes any server for the cluster: it asks over plain HTTP, or sets insecure-skip-tls-verify",
            "Use https, and put the authority's certificate into certificate-authority-data.",
          ),
    ),
};

/** The server is a Kubernetes that the guardrails work on. */
export const serverVersion: Check = {
  name: "server-version",
  need: "isolation",
  look: async (view) => {
    const answer = await view.get("/version");
    const { gitVersion } = jsonOf(answer);
    const [version, minor] = /^v1\.(\d+)\.\d+/.exec(typeof gitVersion === "string" ? gitVersion : "") ?? [];
    if (version === undefined) {
      return unknown(`the server does not tell its version: ${wordsOf(answer)}`, `Supported is Kubernetes ${range}.`);
    }
    if (Number(minor) < oldest) {
      return notEnforced(`the server is ${version}, older than 1.${oldest}`, `Upgrade it: supported is ${range}.`);
    }
    return Number(minor) > newestTested
      ? unknown(
          `the server is ${version}, newer than what has been tested`,
          `Tested is ${range}; run \`npm run attack\` on a cluster of that version, then accept it.`,
        )
      : enforced(`the server is ${version}; supported is ${range}`);
  },
};
