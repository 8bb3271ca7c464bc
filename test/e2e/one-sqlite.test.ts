import { describeRoad } from "./road.ts";

describeRoad("one", { engine: "sqlite" });
