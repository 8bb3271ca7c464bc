import { serveJobs } from "../../base/serve-jobs.ts";
import { readHandIn } from "./read-hand-in.ts";

serveJobs(readHandIn, () => []);
