#pragma once

#define ZANNI_VERSION "0.1.0"

/// Objects with equal tags may share C++ types with each other.
#if defined(__GXX_ABI_VERSION) && defined(_GLIBCXX_USE_CXX11_ABI)
#define ZANNI_TEXT_(x) #x
#define ZANNI_TEXT(x) ZANNI_TEXT_(x)
#define ZANNI_ABI_TAG "zanni-0.1 cxxabi-" ZANNI_TEXT(__GXX_ABI_VERSION) " cxx11-" ZANNI_TEXT(_GLIBCXX_USE_CXX11_ABI)
#else
#define ZANNI_ABI_TAG "zanni-0.1"
#endif

namespace zanni {

/// Of the library that runs, not of the headers: "0.1.0".
const char* version();

}  // namespace zanni
