/* What the test token says of itself. */
#include "token-info.h"

#include <string.h>

#include "token-keys.h"

ulong token_get_info(struct info *info) {
  memset(info, ' ', sizeof *info);
  info->version[0] = 2, info->version[1] = 40;
  info->flags = 0;
  return CKR_OK;
}

ulong token_get_slot_info(ulong slot, struct slot_info *info) {
  (void)slot;
  memset(info, ' ', sizeof *info);
  info->flags = present() ? CKF_TOKEN_PRESENT : 0;
  return CKR_OK;
}

/* Lists what there is by number, as operators look up a vendor's numbers. */
ulong token_get_mechanism_list(ulong slot, ulong *list, ulong *count) {
  const ulong numbers[] = {CKM_EC_KEY_PAIR_GEN, CKM_ECDSA, conf.generate, conf.sign_digest, conf.sign_message};
  ulong found = 0;
  (void)slot;
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
    if (!numbers[i]) continue;
    if (list && found < *count) list[found] = numbers[i];
    found++;
  }
  ulong result = list && *count < found ? CKR_BUFFER_TOO_SMALL : CKR_OK;
  *count = found;
  return result;
}

ulong token_get_mechanism_info(ulong slot, ulong type, struct mechanism_info *info) {
  (void)slot;
  info->min_size = info->max_size = 256;
  info->flags = type == CKM_EC_KEY_PAIR_GEN || type == conf.generate ? CKF_GENERATE_KEY_PAIR : CKF_SIGN;
  return CKR_OK;
}

ulong token_get_token_info(ulong slot, struct token_info *info) {
  (void)slot;
  if (!present()) return CKR_TOKEN_NOT_PRESENT;
  memset(info, ' ', sizeof *info);
  memcpy(info->label, conf.label, strlen(conf.label));
  info->flags = CKF_TOKEN_INITIALIZED | CKF_LOGIN_REQUIRED;
  memset(info->limits, 0, sizeof info->limits);
  return CKR_OK;
}
