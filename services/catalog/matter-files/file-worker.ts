import { serveJobs } from "../../base/serve-jobs.ts";
import { readFile } from "./read-file.ts";

serveJobs(readFile, ({ chunks }) => chunks.map(({ buffer }) => buffer));
