/** `npm run pictures`: draws the pictures of the template reference and of the services, and the pages of permissions and of clauses anew. */
import { readFileSync, writeFileSync } from "node:fs";
import { CLAUSES_PAGE, clausesPage } from "./clauses-page.ts";
import { drawPictures, PICTURES } from "./draw-pictures.ts";
import { contractServices, PERMISSIONS_PAGE, permissionsPage } from "./permissions-page.ts";
import { MAP, withServicesPicture } from "./services-picture.ts";

writeFileSync(MAP, withServicesPicture(readFileSync(MAP, "utf8")));
writeFileSync(PERMISSIONS_PAGE, permissionsPage(await contractServices()));
writeFileSync(CLAUSES_PAGE, clausesPage());
for (const picture of [MAP, PERMISSIONS_PAGE, CLAUSES_PAGE, ...drawPictures(PICTURES)])
  process.stdout.write(`${picture}\n`);
