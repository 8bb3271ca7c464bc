import { describeCrash } from "./crash.ts";

const kills = Number(process.env.CRASH_KILLS ?? 216);
describeCrash({ engine: "sqlite" }, kills, Number(process.env.CRASH_SEED ?? 20_261_125));
