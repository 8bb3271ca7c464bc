/** `npm run pictures`: draws the pictures of the template reference and of the services anew. */
import { readFileSync, writeFileSync } from "node:fs";
import { drawPictures, PICTURES } from "./draw-pictures.ts";
import { MAP, withServicesPicture } from "./services-picture.ts";

writeFileSync(MAP, withServicesPicture(readFileSync(MAP, "utf8")));
for (const picture of [MAP, ...drawPictures(PICTURES)]) process.stdout.write(`${picture}\n`);
