"""What a public header declares, as directives for Breathe: read from Doxygen's XML."""

import pathlib
import xml.etree.ElementTree as tree

DIRECTIVES = {"class": "doxygenclass", "struct": "doxygenstruct"}
MEMBERS = {"function": "doxygenfunction", "enum": "doxygenenum", "typedef": "doxygentypedef",
           "variable": "doxygenvariable"}


def is_shown(name):
    """Specialisations and operators say nothing that their header's text doesn't."""
    return "<" not in name and "operator" not in name and "detail" not in name


def directive(kind, name, options=""):
    return f"```{{{kind}}} {name}\n{options}```\n"


class Headers:
    def __init__(self, xml):
        self.xml = pathlib.Path(xml)
        namespace = tree.parse(self.xml / "namespacezanni.xml").getroot()
        self.members = namespace.findall("./compounddef/sectiondef/memberdef")
        self.classes = [each.text for each in namespace.findall("./compounddef/innerclass")]
        self.files = {}
        for kind in ("class", "struct"):
            for path in self.xml.glob(f"{kind}zanni_1_1*.xml"):
                compound = tree.parse(path).getroot().find("compounddef")
                name = compound.findtext("compoundname")
                options = ":members:\n:protected-members:\n"  # an actor's own are protected
                if not any("[]" in (each.text or "") for each in compound.iter("initializer")):
                    options += ":undoc-members:\n"  # Sphinx can't read a lambda
                if is_shown(name) and name in self.classes:
                    self.add(compound.find("location"), directive(DIRECTIVES[kind], name, options))
        for member in self.members:
            name = member.findtext("qualifiedname") or "zanni::" + member.findtext("name")
            if not is_shown(name) or member.get("kind") not in MEMBERS:
                continue
            if "[]" in (member.findtext("initializer") or ""):
                continue  # likewise
            signature = name + member.findtext("argsstring") if member.get("kind") == "function" else name
            self.add(member.find("location"), directive(MEMBERS[member.get("kind")], signature))

        for path in self.xml.glob("*_8hpp.xml"):
            for macro in tree.parse(path).getroot().iterfind(".//memberdef[@kind='define']"):
                if "".join(macro.find("briefdescription").itertext()).strip():  # else it is an undocumented aid
                    self.add(macro.find("location"), directive("doxygendefine", macro.findtext("name")))

    def add(self, location, text):
        self.files.setdefault(pathlib.Path(location.get("file")).name, []).append((int(location.get("line")), text))

    def declared_in(self, header):
        return "\n".join(text for _, text in sorted(self.files.get(header, [])))
