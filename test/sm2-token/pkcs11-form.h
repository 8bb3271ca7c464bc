/* The part of PKCS#11 2.40 that the test token needs, by the standard's own numbers. */
#ifndef PKCS11_FORM_H
#define PKCS11_FORM_H

typedef unsigned long ulong;

struct attribute {
  ulong type;
  void *value;
  ulong length;
};

struct mechanism {
  ulong type;
  void *parameter;
  ulong length;
};

struct token_info {
  unsigned char label[32], manufacturer[32], model[16], serial[16];
  ulong flags, limits[10];
  unsigned char versions[4], time[16];
};

struct info {
  unsigned char version[2], manufacturer[32];
  ulong flags;
  unsigned char description[32], library_version[2];
};

struct slot_info {
  unsigned char description[64], manufacturer[32];
  ulong flags;
  unsigned char versions[4];
};

struct mechanism_info {
  ulong min_size, max_size, flags;
};

/* Places in CK_FUNCTION_LIST. */
enum {
  F_INITIALIZE = 0,
  F_FINALIZE = 1,
  F_GET_INFO = 2,
  F_GET_FUNCTION_LIST = 3,
  F_GET_SLOT_LIST = 4,
  F_GET_SLOT_INFO = 5,
  F_GET_TOKEN_INFO = 6,
  F_GET_MECHANISM_LIST = 7,
  F_GET_MECHANISM_INFO = 8,
  F_OPEN_SESSION = 12,
  F_CLOSE_SESSION = 13,
  F_CLOSE_ALL_SESSIONS = 14,
  F_LOGIN = 18,
  F_GET_ATTRIBUTE_VALUE = 24,
  F_FIND_OBJECTS_INIT = 26,
  F_FIND_OBJECTS = 27,
  F_FIND_OBJECTS_FINAL = 28,
  F_SIGN_INIT = 42,
  F_SIGN = 43,
  F_GENERATE_KEY_PAIR = 59,
  FUNCTION_COUNT = 68
};

struct function_list {
  unsigned char version[2];
  void *entries[FUNCTION_COUNT];
};

enum { CKO_PUBLIC_KEY = 2, CKO_PRIVATE_KEY = 3 };
enum { CKF_TOKEN_PRESENT = 0x1, CKF_LOGIN_REQUIRED = 0x4, CKF_TOKEN_INITIALIZED = 0x400 };
enum { CKF_SIGN = 0x800, CKF_GENERATE_KEY_PAIR = 0x10000 };
enum { CKK_EC = 3, CKM_EC_KEY_PAIR_GEN = 0x1040, CKM_ECDSA = 0x1041 };
enum {
  CKA_CLASS = 0x0,
  CKA_TOKEN = 0x1,
  CKA_LABEL = 0x3,
  CKA_KEY_TYPE = 0x100,
  CKA_ID = 0x102,
  CKA_SIGN = 0x108,
  CKA_EC_PARAMS = 0x180,
  CKA_EC_POINT = 0x181
};
enum {
  CKR_OK = 0x0,
  CKR_GENERAL_ERROR = 0x5,
  CKR_FUNCTION_FAILED = 0x6,
  CKR_ATTRIBUTE_TYPE_INVALID = 0x12,
  CKR_DATA_LEN_RANGE = 0x21,
  CKR_DEVICE_ERROR = 0x30,
  CKR_DEVICE_MEMORY = 0x31,
  CKR_DEVICE_REMOVED = 0x32,
  CKR_FUNCTION_NOT_SUPPORTED = 0x54,
  CKR_KEY_HANDLE_INVALID = 0x60,
  CKR_KEY_TYPE_INCONSISTENT = 0x63,
  CKR_MECHANISM_INVALID = 0x70,
  CKR_OBJECT_HANDLE_INVALID = 0x82,
  CKR_OPERATION_NOT_INITIALIZED = 0x91,
  CKR_PIN_INCORRECT = 0xa0,
  CKR_SESSION_COUNT = 0xb1,
  CKR_SESSION_HANDLE_INVALID = 0xb3,
  CKR_TOKEN_NOT_PRESENT = 0xe0,
  CKR_USER_ALREADY_LOGGED_IN = 0x100,
  CKR_USER_NOT_LOGGED_IN = 0x101,
  CKR_BUFFER_TOO_SMALL = 0x150,
  CKR_CRYPTOKI_NOT_INITIALIZED = 0x190,
  CKR_CRYPTOKI_ALREADY_INITIALIZED = 0x191
};

#endif
