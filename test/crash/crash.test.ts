import { describeCrash } from "./crash.ts";
import { BLOWS } from "./rows.ts";

const kills = Number(process.env.CRASH_KILLS ?? BLOWS.length);
const seed = Number(process.env.CRASH_SEED ?? 20_261_125);
describeCrash({ engine: "sqlite" }, { kills, seed });
