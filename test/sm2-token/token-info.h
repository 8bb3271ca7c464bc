/* What the test token says of itself. */
#ifndef TOKEN_INFO_H
#define TOKEN_INFO_H

#include "pkcs11-form.h"

ulong token_get_info(struct info *info);
ulong token_get_slot_info(ulong slot, struct slot_info *info);
ulong token_get_token_info(ulong slot, struct token_info *info);
ulong token_get_mechanism_list(ulong slot, ulong *list, ulong *count);
ulong token_get_mechanism_info(ulong slot, ulong type, struct mechanism_info *info);

#endif
