# cmake -D OUTPUT=x.cc -D "FILES=a.html;b.css" -P embed.cmake
#
# Writes the files into a source file, each as a text literal, so that the program needs nothing
# beside it.
set(entries "")
foreach(file IN LISTS FILES)
  cmake_path(GET file FILENAME name)
  file(READ ${file} content)
  file(SHA256 ${file} hash)
  string(SUBSTRING ${hash} 0 16 hash)
  string(APPEND entries "    {\"${name}\", R\"omni(${content})omni\", \"${hash}\"},\n")
endforeach()
file(
  WRITE ${OUTPUT}
  "#include \"console/console_routes.h\"

namespace host {
namespace {

constexpr Asset kAssets[] = {
${entries}};

}  // namespace

std::span<const Asset> ConsoleAssets() { return kAssets; }

}  // namespace host
")
