import { describeRoad } from "./road.ts";

describeRoad("mesh", { engine: "sqlite" });
