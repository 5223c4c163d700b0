# Untested where Zanni is developed: no Conan there. For Conan 2, from the root of a checkout:
#   conan create packaging/conan -s compiler.cppstd=23 --build=missing
import os
import re

from conan import ConanFile
from conan.errors import ConanInvalidConfiguration
from conan.tools.build import check_min_cppstd
from conan.tools.cmake import CMake, CMakeDeps, CMakeToolchain, cmake_layout
from conan.tools.files import copy, load, rmdir
from conan.tools.gnu import PkgConfigDeps


class ZanniConan(ConanFile):
    name = "zanni"
    description = "Actors for C++ on a ZeroMQ message bus"
    license = "MIT"
    topics = ("actors", "zeromq", "distributed")
    package_type = "shared-library"
    settings = "os", "arch", "compiler", "build_type"
    options = {"observer": [True, False], "systemd": [True, False]}
    default_options = {"observer": True, "systemd": True}

    def set_version(self):
        text = load(self, os.path.join(self.recipe_folder, "..", "..", "CMakeLists.txt"))
        self.version = re.search(r"project\(zanni VERSION (\S+)", text).group(1)

    def export_sources(self):
        root = os.path.join(self.recipe_folder, "..", "..")
        wanted = ("CMakeLists.txt", "LICENSE", "*.md", ".git_archival.txt", "cmake/*", "core/*", "transport/*", "broker/*",
                  "packaging/*", "samples/*", "docs/*")
        for pattern in wanted:
            copy(self, pattern, root, self.export_sources_folder, excludes=("build/*", "*/node_modules/*"))

    def validate(self):
        if self.settings.os != "Linux":
            raise ConanInvalidConfiguration("Zanni runs on Linux only")
        check_min_cppstd(self, 23)

    # All of them stay inside the shared library or the program: who links Zanni gets none of their headers.
    def requirements(self):
        for name in ("cppzmq/4.10.0", "msgpack-cxx/[>=5 <8]", "cli11/[>=2.3 <3]", "tomlplusplus/[>=3.3 <4]",
                     "nlohmann_json/[>=3.11 <4]"):
            self.requires(name, visible=False)
        self.requires("zeromq/[>=4.3.4 <5]", transitive_headers=False)
        self.requires("spdlog/[>=1.10 <2]", transitive_headers=False)
        if self.options.observer:
            self.requires("civetweb/1.16")
            self.requires("prometheus-cpp/[>=1.0 <2]")
        if self.options.systemd:
            self.requires("libsystemd/[>=252 <300]")

    def build_requirements(self):
        self.tool_requires("cmake/[>=3.25 <4]")
        self.tool_requires("pkgconf/[>=2 <3]")

    def layout(self):
        cmake_layout(self)

    def generate(self):
        toolchain = CMakeToolchain(self)
        for option, wanted in (("TESTS", False), ("SAMPLES", False), ("BENCH", False),
                               ("OBSERVER", bool(self.options.observer)), ("SYSTEMD", bool(self.options.systemd))):
            toolchain.cache_variables[f"ZANNI_{option}"] = wanted
        toolchain.generate()
        CMakeDeps(self).generate()
        PkgConfigDeps(self).generate()  # CMake finds libzmq and libsystemd by pkg-config

    def build(self):
        cmake = CMake(self)
        cmake.configure()
        cmake.build()

    def package(self):
        CMake(self).install()
        copy(self, "LICENSE", self.source_folder, os.path.join(self.package_folder, "licenses"))
        copy(self, "copyright", os.path.join(self.source_folder, "packaging", "debian"),
             os.path.join(self.package_folder, "licenses"))
        rmdir(self, os.path.join(self.package_folder, "share", "doc"))

    # Zanni's own CMake package is used as it is: it has zanni_add_module.
    def package_info(self):
        self.cpp_info.libs = ["zanni"]
        self.cpp_info.set_property("cmake_find_mode", "none")
        self.cpp_info.builddirs = [os.path.join("lib", "cmake", "zanni")]
