import { jsonOf, wordsOf } from "../cluster.ts";
import { type Check, enforced, notEnforced, unknown } from "../check.ts";

/** ValidatingAdmissionPolicy is stable since 1.30. */
const oldest = 30;
/** The newest minor version that the tests run against. */
const newestTested = 35;

const range = `1.${oldest} to 1.${newestTested}`;

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
