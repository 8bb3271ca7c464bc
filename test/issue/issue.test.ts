import { openHouse } from "./house.ts";
import { issueScenarios } from "./scenarios.ts";

issueScenarios(openHouse);
