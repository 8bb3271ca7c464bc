import type { ListReportsAcrossResponse } from "../../../proto/gen/ecert/sync/v1/exchange_service_pb.ts";
import type { Exchange, SyncContext } from "../context.ts";
import { atIssuer } from "../exchange/at-issuer.ts";

/** What a holder has reported of a certificate of another node, as that node tells it with its answers. */
export function listReportsAcross(context: SyncContext): Exchange["listReportsAcross"] {
  return async (request, call) => {
    const { issuerNode, identifier } = request;
    const { reports, nextPageToken } = await atIssuer<Pick<ListReportsAcrossResponse, "reports" | "nextPageToken">>(
      context,
      call,
      {
        ...{ issuerNode, identifier },
        there: (exchange, options) => exchange.listReportsAcross(request, options),
        here: (service, options) => service.findHolderReports({ asked: request }, options),
      },
    );
    return { reports, nextPageToken };
  };
}
