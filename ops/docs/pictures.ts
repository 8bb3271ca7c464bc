/** `npm run pictures`: draws the pictures of the template reference and of the services, and the page of permissions anew. */
import { readFileSync, writeFileSync } from "node:fs";
import { drawPictures, PICTURES } from "./draw-pictures.ts";
import { contractServices, PERMISSIONS_PAGE, permissionsPage } from "./permissions-page.ts";
import { MAP, withServicesPicture } from "./services-picture.ts";

writeFileSync(MAP, withServicesPicture(readFileSync(MAP, "utf8")));
writeFileSync(PERMISSIONS_PAGE, permissionsPage(await contractServices()));
for (const picture of [MAP, PERMISSIONS_PAGE, ...drawPictures(PICTURES)]) process.stdout.write(`${picture}\n`);
