/**
 * Plans and proves the environment `argv[3]` in the folder `argv[2]`, divides it into cells, and prints, as one JSON document, how long
 * that took and the most memory that the process had. A process of its own, because memory is counted for a whole process.
 */
import { planFleet } from "../../fleet/inventory.ts";

const [directory, environment] = process.argv.slice(2);
if (directory === undefined || environment === undefined)
  throw new Error("usage: plan-cost.ts <directory> <environment>");

const start = performance.now();
const fleet = planFleet(directory, environment);
const seconds = (performance.now() - start) / 1000;
const peakBytes = process.resourceUsage().maxRSS * 1024;
process.stdout.write(JSON.stringify({ tenants: fleet.plan.tenants.length, seconds, peakBytes }));
