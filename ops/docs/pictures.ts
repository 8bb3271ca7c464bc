/** `npm run pictures`: draws the pictures of the template reference anew. */
import { drawPictures, PICTURES } from "./draw-pictures.ts";

for (const picture of drawPictures(PICTURES)) process.stdout.write(`${picture}\n`);
