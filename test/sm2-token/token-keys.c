/* Keys of the test token: PEM files in a directory, which several processes may share. */
#include "token-keys.h"

#include <dirent.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define USER_ID "1234567812345678"

struct token_conf conf;
struct key keys[MAX_KEYS];
int key_count;

int read_conf(void) {
  const char *path = getenv("SM2_TOKEN_CONF");
  FILE *file = path ? fopen(path, "r") : NULL;
  char line[700];
  if (!file) return 0;
  memset(&conf, 0, sizeof conf);
  while (fgets(line, sizeof line, file)) {
    char *value = strchr(line, '=');
    if (!value) continue;
    *value++ = 0;
    value[strcspn(value, "\r\n")] = 0;
    ulong number = strtoul(value, NULL, 16);
    if (!strcmp(line, "directory")) snprintf(conf.directory, sizeof conf.directory, "%s", value);
    else if (!strcmp(line, "label")) snprintf(conf.label, sizeof conf.label, "%s", value);
    else if (!strcmp(line, "form")) snprintf(conf.form, sizeof conf.form, "%s", value);
    else if (!strcmp(line, "key_type")) conf.key_type = number;
    else if (!strcmp(line, "generate")) conf.generate = number;
    else if (!strcmp(line, "sign_digest")) conf.sign_digest = number;
    else if (!strcmp(line, "sign_message")) conf.sign_message = number;
  }
  fclose(file);
  return conf.directory[0] != 0;
}

int present(void) {
  struct stat info;
  return stat(conf.directory, &info) == 0;
}

static size_t from_hex(const char *hex, size_t digits, unsigned char *out, size_t room) {
  size_t length = digits / 2;
  if (length > room) length = room;
  for (size_t i = 0; i < length; i++) {
    unsigned int octet = 0;
    sscanf(hex + 2 * i, "%2x", &octet);
    out[i] = (unsigned char)octet;
  }
  return length;
}

/* Keys are files named <label in hex>.<id in hex>.pem. */
void load_keys(void) {
  DIR *directory = opendir(conf.directory);
  struct dirent *entry;
  while (directory && (entry = readdir(directory)) != NULL) {
    struct key fresh = {0};
    char *dot = strchr(entry->d_name, '.'), *end = strstr(entry->d_name, ".pem"), path[1024];
    if (!dot || !end || end <= dot || key_count == MAX_KEYS) continue;
    fresh.label_length = from_hex(entry->d_name, (size_t)(dot - entry->d_name), fresh.label, sizeof fresh.label);
    fresh.id_length = from_hex(dot + 1, (size_t)(end - dot - 1), fresh.id, sizeof fresh.id);
    int known = 0;
    for (int i = 0; i < key_count; i++)
      known |= keys[i].id_length == fresh.id_length && !memcmp(keys[i].id, fresh.id, fresh.id_length);
    if (known) continue;
    snprintf(path, sizeof path, "%s/%s", conf.directory, entry->d_name);
    FILE *file = fopen(path, "r");
    if (!file) continue;
    fresh.pkey = PEM_read_PrivateKey(file, NULL, NULL, NULL);
    fclose(file);
    if (!fresh.pkey) continue;
    char group[32] = {0};
    EVP_PKEY_get_group_name(fresh.pkey, group, sizeof group, NULL);
    fresh.p256 = !strcmp(group, "prime256v1");
    keys[key_count++] = fresh;
  }
  if (directory) closedir(directory);
}

int save_key(const struct key *key) {
  char path[1024];
  int at = snprintf(path, sizeof path, "%s/", conf.directory);
  for (size_t i = 0; i < key->label_length; i++) at += sprintf(path + at, "%02x", key->label[i]);
  path[at++] = '.';
  for (size_t i = 0; i < key->id_length; i++) at += sprintf(path + at, "%02x", key->id[i]);
  strcpy(path + at, ".pem");
  FILE *file = fopen(path, "w");
  int good = file && PEM_write_PKCS8PrivateKey(file, key->pkey, NULL, NULL, 0, NULL, NULL);
  if (file) fclose(file);
  return good;
}

struct key *key_of(ulong handle) {
  return handle >= 1 && handle <= 2 * (ulong)key_count ? &keys[(handle - 1) / 2] : NULL;
}

long value_of(ulong handle, ulong type, unsigned char *out) {
  static const unsigned char sm2[] = {6, 8, 0x2a, 0x81, 0x1c, 0xcf, 0x55, 1, 0x82, 0x2d};
  static const unsigned char p256[] = {6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7};
  struct key *key = key_of(handle);
  int is_private = handle % 2 == 1;
  ulong number;
  unsigned char *point = NULL;
  size_t length;
  switch (type) {
    case CKA_CLASS: number = is_private ? CKO_PRIVATE_KEY : CKO_PUBLIC_KEY; break;
    case CKA_KEY_TYPE: number = key->p256 ? CKK_EC : conf.key_type; break;
    case CKA_LABEL: memcpy(out, key->label, key->label_length); return (long)key->label_length;
    case CKA_ID: memcpy(out, key->id, key->id_length); return (long)key->id_length;
    case CKA_TOKEN: *out = 1; return 1;
    case CKA_SIGN: *out = (unsigned char)is_private; return 1;
    case CKA_EC_PARAMS: memcpy(out, key->p256 ? p256 : sm2, sizeof sm2); return sizeof sm2;
    case CKA_EC_POINT:
      if (is_private) return -1;
      length = EVP_PKEY_get1_encoded_public_key(key->pkey, &point);
      out[0] = 4;
      out[1] = (unsigned char)length;
      memcpy(out + 2, point, length);
      OPENSSL_free(point);
      return (long)length + 2;
    default: return -1;
  }
  memcpy(out, &number, sizeof number);
  return sizeof number;
}

int sign_der(struct key *key, int prepared, const unsigned char *data, size_t length, unsigned char *der, size_t *size) {
  EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, key->pkey, NULL);
  int good = 0;
  if (prepared) {
    good = EVP_PKEY_sign_init(ctx) > 0 && EVP_PKEY_sign(ctx, der, size, data, length) > 0;
  } else {
    EVP_MD_CTX *digest = EVP_MD_CTX_new();
    EVP_PKEY_CTX_set1_id(ctx, USER_ID, strlen(USER_ID));
    EVP_MD_CTX_set_pkey_ctx(digest, ctx);
    good = EVP_DigestSignInit(digest, NULL, EVP_sm3(), NULL, key->pkey) > 0 &&
           EVP_DigestSign(digest, der, size, data, length) > 0;
    EVP_MD_CTX_free(digest);
  }
  EVP_PKEY_CTX_free(ctx);
  return good;
}
