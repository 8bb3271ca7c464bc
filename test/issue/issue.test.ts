import { describe } from "vitest";
import { openHouse } from "./house.ts";
import { issueScenarios } from "./scenarios.ts";

describe("with an agent in this process", () => issueScenarios(openHouse));
