/*
 * A small PKCS#11 token that has SM2, for tests of the vendor-defined path of the signing agent; and P-256 by the standard's
 * numbers, as devices in the field have both. It is no HSM: private keys lie as PEM in a directory. What vendors do differently
 * is configured by the file that SM2_TOKEN_CONF names:
 *
 *   directory=/path     where keys and the file `pin` are; while it is away, so is the token
 *   label=gm            label of the token
 *   key_type=80000004   CKK of SM2 keys, hex
 *   generate=80008001   CKM that makes key pairs
 *   sign_digest=...     CKM that signs a prepared digest of 32 bytes
 *   sign_message=...    CKM that digests by itself (user identity 1234567812345678)
 *   form=raw|der        how signatures are written
 */
#include <openssl/bn.h>
#include <openssl/ecdsa.h>
#include <stdio.h>
#include <string.h>

#include "pkcs11-form.h"
#include "token-info.h"
#include "token-keys.h"

#define MAX_SESSIONS 64
#define MAX_FOUND (2 * MAX_KEYS)

struct session {
  int open, signing, finding;
  ulong mechanism;
  struct key *key;
  ulong found[MAX_FOUND];
  int found_count, found_next;
};

static int initialized, logged_in;
static struct session sessions[MAX_SESSIONS];

static struct session *session_of(ulong handle) {
  return handle >= 1 && handle <= MAX_SESSIONS && sessions[handle - 1].open ? &sessions[handle - 1] : NULL;
}

static ulong c_initialize(void *arguments) {
  (void)arguments;
  if (initialized) return CKR_CRYPTOKI_ALREADY_INITIALIZED;
  if (!read_conf()) return CKR_GENERAL_ERROR;
  initialized = 1;
  return CKR_OK;
}

static ulong c_finalize(void *reserved) {
  (void)reserved;
  if (!initialized) return CKR_CRYPTOKI_NOT_INITIALIZED;
  for (int i = 0; i < key_count; i++) EVP_PKEY_free(keys[i].pkey);
  memset(sessions, 0, sizeof sessions);
  initialized = logged_in = key_count = 0;
  return CKR_OK;
}

static ulong c_get_slot_list(unsigned char token_present, ulong *list, ulong *count) {
  ulong slots = !token_present || present() ? 1 : 0;
  if (!initialized) return CKR_CRYPTOKI_NOT_INITIALIZED;
  if (list && *count < slots) return CKR_BUFFER_TOO_SMALL;
  if (list && slots) list[0] = 7;
  *count = slots;
  return CKR_OK;
}

static ulong c_open_session(ulong slot, ulong flags, void *application, void *notify, ulong *handle) {
  (void)slot, (void)flags, (void)application, (void)notify;
  if (!present()) return CKR_TOKEN_NOT_PRESENT;
  for (ulong i = 0; i < MAX_SESSIONS; i++) {
    if (sessions[i].open) continue;
    memset(&sessions[i], 0, sizeof sessions[i]);
    sessions[i].open = 1;
    *handle = i + 1;
    return CKR_OK;
  }
  return CKR_SESSION_COUNT;
}

/* With the last session the login ends, as the standard has it. */
static ulong c_close_session(ulong handle) {
  struct session *session = session_of(handle);
  if (!session) return CKR_SESSION_HANDLE_INVALID;
  session->open = 0;
  for (int i = 0; i < MAX_SESSIONS; i++)
    if (sessions[i].open) return CKR_OK;
  logged_in = 0;
  return CKR_OK;
}

static ulong c_close_all_sessions(ulong slot) {
  (void)slot;
  memset(sessions, 0, sizeof sessions);
  logged_in = 0;
  return CKR_OK;
}

static ulong c_login(ulong handle, ulong user, const unsigned char *pin, ulong length) {
  char path[600], right[64] = {0};
  (void)user;
  if (!session_of(handle)) return CKR_SESSION_HANDLE_INVALID;
  if (logged_in) return CKR_USER_ALREADY_LOGGED_IN;
  snprintf(path, sizeof path, "%s/pin", conf.directory);
  FILE *file = fopen(path, "r");
  if (!file) return CKR_DEVICE_REMOVED;
  size_t have = fread(right, 1, sizeof right - 1, file);
  fclose(file);
  if (have != length || memcmp(right, pin, length)) return CKR_PIN_INCORRECT;
  logged_in = 1;
  return CKR_OK;
}

static ulong c_find_objects_init(ulong handle, struct attribute *template, ulong count) {
  struct session *session = session_of(handle);
  unsigned char value[256];
  if (!session) return CKR_SESSION_HANDLE_INVALID;
  session->found_count = session->found_next = 0;
  session->finding = 1;
  if (!present()) return CKR_OK; /* like others: a token that is gone just finds nothing */
  load_keys();
  for (ulong object = 1; object <= 2 * (ulong)key_count; object++) {
    int fits = object % 2 == 0 || logged_in;
    for (ulong i = 0; fits && i < count; i++) {
      long length = value_of(object, template[i].type, value);
      fits = length == (long)template[i].length && !memcmp(value, template[i].value, (size_t)length);
    }
    if (fits) session->found[session->found_count++] = object;
  }
  return CKR_OK;
}

static ulong c_find_objects(ulong handle, ulong *objects, ulong max, ulong *count) {
  struct session *session = session_of(handle);
  if (!session || !session->finding) return CKR_OPERATION_NOT_INITIALIZED;
  for (*count = 0; *count < max && session->found_next < session->found_count; (*count)++)
    objects[*count] = session->found[session->found_next++];
  return CKR_OK;
}

static ulong c_find_objects_final(ulong handle) {
  struct session *session = session_of(handle);
  if (!session) return CKR_SESSION_HANDLE_INVALID;
  session->finding = 0;
  return CKR_OK;
}

static ulong c_get_attribute_value(ulong handle, ulong object, struct attribute *template, ulong count) {
  unsigned char value[256];
  ulong result = CKR_OK;
  if (!session_of(handle)) return CKR_SESSION_HANDLE_INVALID;
  if (!key_of(object)) return CKR_OBJECT_HANDLE_INVALID;
  for (ulong i = 0; i < count; i++) {
    long length = value_of(object, template[i].type, value);
    ulong room = template[i].length;
    template[i].length = (ulong)length;
    if (length < 0) result = CKR_ATTRIBUTE_TYPE_INVALID;
    else if (template[i].value && room < (ulong)length) result = CKR_BUFFER_TOO_SMALL;
    else if (template[i].value) memcpy(template[i].value, value, (size_t)length);
  }
  return result;
}

static ulong c_generate_key_pair(ulong handle, struct mechanism *mechanism, struct attribute *public, ulong publics,
                                 struct attribute *private, ulong privates, ulong *public_key, ulong *private_key) {
  struct key fresh = {0};
  (void)public, (void)publics;
  if (!session_of(handle)) return CKR_SESSION_HANDLE_INVALID;
  if (!logged_in) return CKR_USER_NOT_LOGGED_IN;
  fresh.p256 = mechanism->type == CKM_EC_KEY_PAIR_GEN;
  if (!fresh.p256 && mechanism->type != conf.generate) return CKR_MECHANISM_INVALID;
  load_keys();
  if (key_count == MAX_KEYS) return CKR_DEVICE_MEMORY;
  for (ulong i = 0; i < privates; i++) {
    struct attribute *given = &private[i];
    if (given->type == CKA_LABEL && given->length <= sizeof fresh.label)
      memcpy(fresh.label, given->value, fresh.label_length = given->length);
    if (given->type == CKA_ID && given->length <= sizeof fresh.id)
      memcpy(fresh.id, given->value, fresh.id_length = given->length);
  }
  fresh.pkey = fresh.p256 ? EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256") : EVP_PKEY_Q_keygen(NULL, NULL, "SM2");
  if (!fresh.pkey || !save_key(&fresh)) return CKR_DEVICE_ERROR;
  keys[key_count++] = fresh;
  *private_key = 2 * (ulong)key_count - 1;
  *public_key = 2 * (ulong)key_count;
  return CKR_OK;
}

static ulong c_sign_init(ulong handle, struct mechanism *mechanism, ulong object) {
  struct session *session = session_of(handle);
  if (!session) return CKR_SESSION_HANDLE_INVALID;
  if (!logged_in) return CKR_USER_NOT_LOGGED_IN;
  if (!key_of(object) || object % 2 == 0) return CKR_KEY_HANDLE_INVALID;
  int sm2 = mechanism->type == conf.sign_digest || mechanism->type == conf.sign_message;
  if (!sm2 && mechanism->type != CKM_ECDSA) return CKR_MECHANISM_INVALID;
  if (sm2 == key_of(object)->p256) return CKR_KEY_TYPE_INCONSISTENT;
  session->key = key_of(object);
  session->mechanism = mechanism->type;
  session->signing = 1;
  return CKR_OK;
}

static ulong c_sign(ulong handle, unsigned char *data, ulong length, unsigned char *out, ulong *size) {
  struct session *session = session_of(handle);
  unsigned char der[128];
  size_t written = sizeof der;
  if (!session) return CKR_SESSION_HANDLE_INVALID;
  if (!session->signing) return CKR_OPERATION_NOT_INITIALIZED;
  if (!out) return *size = sizeof der, CKR_OK;
  session->signing = 0;
  if (!present()) return CKR_DEVICE_REMOVED;
  int prepared = session->mechanism != conf.sign_message;
  if (prepared && length != 32) return CKR_DATA_LEN_RANGE;
  if (!sign_der(session->key, prepared, data, length, der, &written)) return CKR_FUNCTION_FAILED;
  if (!session->key->p256 && !strcmp(conf.form, "der")) {
    if (*size < written) return CKR_BUFFER_TOO_SMALL;
    memcpy(out, der, written);
    *size = written;
    return CKR_OK;
  }
  if (*size < 64) return CKR_BUFFER_TOO_SMALL;
  const unsigned char *at = der;
  ECDSA_SIG *numbers = d2i_ECDSA_SIG(NULL, &at, (long)written);
  BN_bn2binpad(ECDSA_SIG_get0_r(numbers), out, 32);
  BN_bn2binpad(ECDSA_SIG_get0_s(numbers), out + 32, 32);
  ECDSA_SIG_free(numbers);
  *size = 64;
  return CKR_OK;
}

static ulong not_supported(void) { return CKR_FUNCTION_NOT_SUPPORTED; }

ulong C_GetFunctionList(struct function_list **list);

static struct function_list functions = {.version = {2, 40}};

__attribute__((constructor)) static void fill(void) {
  for (int i = 0; i < FUNCTION_COUNT; i++) functions.entries[i] = (void *)not_supported;
  functions.entries[F_INITIALIZE] = (void *)c_initialize;
  functions.entries[F_FINALIZE] = (void *)c_finalize;
  functions.entries[F_GET_FUNCTION_LIST] = (void *)C_GetFunctionList;
  functions.entries[F_GET_SLOT_LIST] = (void *)c_get_slot_list;
  functions.entries[F_GET_INFO] = (void *)token_get_info;
  functions.entries[F_GET_SLOT_INFO] = (void *)token_get_slot_info;
  functions.entries[F_GET_MECHANISM_LIST] = (void *)token_get_mechanism_list;
  functions.entries[F_GET_MECHANISM_INFO] = (void *)token_get_mechanism_info;
  functions.entries[F_GET_TOKEN_INFO] = (void *)token_get_token_info;
  functions.entries[F_OPEN_SESSION] = (void *)c_open_session;
  functions.entries[F_CLOSE_SESSION] = (void *)c_close_session;
  functions.entries[F_CLOSE_ALL_SESSIONS] = (void *)c_close_all_sessions;
  functions.entries[F_LOGIN] = (void *)c_login;
  functions.entries[F_GET_ATTRIBUTE_VALUE] = (void *)c_get_attribute_value;
  functions.entries[F_FIND_OBJECTS_INIT] = (void *)c_find_objects_init;
  functions.entries[F_FIND_OBJECTS] = (void *)c_find_objects;
  functions.entries[F_FIND_OBJECTS_FINAL] = (void *)c_find_objects_final;
  functions.entries[F_SIGN_INIT] = (void *)c_sign_init;
  functions.entries[F_SIGN] = (void *)c_sign;
  functions.entries[F_GENERATE_KEY_PAIR] = (void *)c_generate_key_pair;
}

ulong C_GetFunctionList(struct function_list **list) {
  *list = &functions;
  return CKR_OK;
}
