// The distribution's OpenSSL, for the trait SystemOpenSSL: this target says how to link it; CTLS includes its headers.
#pragma once
