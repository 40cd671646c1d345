; The setup a clerk double-clicks: for this user only, no administrator, Simplified Chinese.
;
; Given by the build: VERSION, NUMBERS (1.2.3.0), OUTPUT, ICON, PICTURE, SIZE (KB), SIGN (only with a certificate: the
; command that signs a file), FAST (empty for a release).
; Run in the folder of the program tree, so that the File commands below find it.
; Exit codes of a silent run: 0 done, 1 cancelled, 2 failed (the former version is put back), 3 Windows too old,
; 4 the program is running, 5 a newer version is installed, 6 the folder cannot be used, 7 another setup is at work.

Unicode true
Target amd64-unicode
!define NAME "Tuanmei"
!define TITLE "团媒台账"
!define PROGRAM "Tuanmei.exe"
!define KEY "Software\${NAME}"
!define UNINSTALL "Software\Microsoft\Windows\CurrentVersion\Uninstall\${NAME}"
!define CLASSES "Software\Classes"

!include MUI2.nsh
!include LogicLib.nsh
!include FileFunc.nsh
!include WordFunc.nsh
!include WinVer.nsh
!include x64.nsh

Name "${TITLE}"
OutFile "${OUTPUT}"
InstallDir "$LOCALAPPDATA\Programs\${NAME}"
InstallDirRegKey HKCU "${KEY}" "Folder"
RequestExecutionLevel user
!if "${FAST}" == ""
  SetCompressor /SOLID lzma
  SetCompressorDictSize 64
!else
  SetCompressor zlib
!endif
SetOverwrite on
AllowSkipFiles off
ManifestDPIAware true
ManifestSupportedOS Win10
ManifestLongPathAware true
BrandingText "${TITLE} ${VERSION}"
!ifdef SIGN ; the build ends when one of them cannot be signed
  !finalize '${SIGN} "%1"' = 0
  !uninstfinalize '${SIGN} "%1"' = 0
!endif

VIProductVersion "${NUMBERS}"
VIAddVersionKey /LANG=2052 ProductName "${TITLE}"
VIAddVersionKey /LANG=2052 ProductVersion "${VERSION}"
VIAddVersionKey /LANG=2052 FileVersion "${VERSION}"
VIAddVersionKey /LANG=2052 FileDescription "${TITLE}安装程序"
VIAddVersionKey /LANG=2052 CompanyName "团媒台账项目"
VIAddVersionKey /LANG=2052 LegalCopyright "Apache License 2.0"

!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_WELCOMEFINISHPAGE_BITMAP "${PICTURE}"
!define MUI_ABORTWARNING
!define MUI_WELCOMEPAGE_TITLE "安装${TITLE} ${VERSION}"
!define MUI_WELCOMEPAGE_TEXT "只为当前用户安装，不需要管理员权限，不连接网络。$\r$\n$\r$\n已有旧版本时直接在原处升级，台账数据保持不变。$\r$\n$\r$\n如果程序正在运行，请先关闭。"
!define MUI_FINISHPAGE_RUN "$INSTDIR\${PROGRAM}"
!define MUI_FINISHPAGE_RUN_TEXT "打开${TITLE}"
!define MUI_COMPONENTSPAGE_NODESC
!insertmacro MUI_PAGE_WELCOME
!insertmacro MUI_PAGE_COMPONENTS
!define MUI_PAGE_CUSTOMFUNCTION_LEAVE FolderChosen
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_COMPONENTS
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "SimpChinese"

; Say a sentence (silently: only end) and end with a code.
!macro Refuse CODE SENTENCE
  MessageBox MB_OK|MB_ICONSTOP "${SENTENCE}" /SD IDOK
  SetErrorLevel ${CODE}
  Quit
!macroend

; ---- what stands in the way, looked at before anything is touched ------------------------------------------------

Function .onInit
  System::Call 'kernel32::CreateMutexW(p 0, i 0, w "${NAME}Setup") p .r0 ?e'
  Pop $0
  ${If} $0 <> 0 ; there already: who sees nothing at once clicks twice
    !insertmacro Refuse 7 "安装程序已经打开。请在已打开的窗口里继续。"
  ${EndIf}
  ${IfNot} ${RunningX64}
  ${OrIfNot} ${AtLeastWin10}
  ${OrIfNot} ${AtLeastBuild} 17763 ; 1809, the oldest that Qt runs on
    !insertmacro Refuse 3 "${TITLE}需要 64 位的 Windows 10（1809）或更新的系统，这台电脑不符合。"
  ${EndIf}
  ReadRegStr $0 HKCU "${KEY}" "Version"
  ${If} $0 != ""
    ${VersionCompare} "$0" "${VERSION}" $1
    ${If} $1 == 1
      MessageBox MB_YESNO|MB_ICONEXCLAMATION|MB_DEFBUTTON2 "已安装较新的版本 $0。$\r$\n换回 ${VERSION} 后，较新版本保存的数据可能打不开。$\r$\n$\r$\n确定要换回旧版本吗？" /SD IDNO IDYES older
      SetErrorLevel 5
      Quit
      older:
    ${EndIf}
    ${IfNot} ${FileExists} "$DESKTOP\${TITLE}.lnk"
      Call NoDesktopIcon ; on an upgrade, what the clerk chose at first stays
    ${EndIf}
  ${EndIf}
  ${GetParameters} $R0
  ClearErrors
  ${GetOptions} $R0 "/NODESKTOP" $R1
  ${IfNot} ${Errors}
    Call NoDesktopIcon
  ${EndIf}
FunctionEnd

; Running: Windows lets nobody write to the file of a running program. Started by the program itself (/UPDATE), wait up
; to 30 s until it has closed.
!macro WaitUntilClosed
  ${GetParameters} $R0
  ClearErrors
  ${GetOptions} $R0 "/UPDATE" $R1
  ${IfNot} ${Errors}
    StrCpy $R2 0
    ${Do}
      !insertmacro CheckRunning
      ${If} $0 == ""
      ${OrIf} $R2 >= 60
        ${ExitDo}
      ${EndIf}
      Sleep 500
      IntOp $R2 $R2 + 1
    ${Loop}
  ${EndIf}
!macroend

!macro CheckRunning
  ${If} ${FileExists} "$INSTDIR\${PROGRAM}"
    ClearErrors
    FileOpen $0 "$INSTDIR\${PROGRAM}" a
    ${If} ${Errors}
      StrCpy $0 "running"
    ${Else}
      FileClose $0
      StrCpy $0 ""
    ${EndIf}
  ${Else}
    StrCpy $0 ""
  ${EndIf}
!macroend

!macro EachPart DO
  !insertmacro ${DO} "runtime"
  !insertmacro ${DO} "site"
  !insertmacro ${DO} "app"
  !insertmacro ${DO} "licences"
!macroend

!macro NotPart PART
  ${AndIf} $2 != "${PART}"
  ${AndIf} $2 != "${PART}.former"
!macroend

; Empty, new, or ours: in any other folder the update would one day take away files of somebody else. Ours is also what
; a virus scanner or a power cut left of the program: nothing but our names, and a file that is in no other program.
Function FolderUsable
  StrCpy $0 ""
  ${If} ${FileExists} "$INSTDIR\*.*"
  ${AndIfNot} ${FileExists} "$INSTDIR\${PROGRAM}"
    StrCpy $3 "empty"
    FindFirst $1 $2 "$INSTDIR\*.*"
    ${DoWhile} $2 != ""
      ${If} $2 != "."
      ${AndIf} $2 != ".."
        StrCpy $3 "full"
        ${If} $2 != "uninstall.exe"
        !insertmacro EachPart NotPart
          StrCpy $0 "foreign"
        ${EndIf}
      ${EndIf}
      FindNext $1 $2
    ${Loop}
    FindClose $1
    ${If} $3 == "full"
    ${AndIfNot} ${FileExists} "$INSTDIR\uninstall.exe"
    ${AndIfNot} ${FileExists} "$INSTDIR\runtime\python311._pth"
    ${AndIfNot} ${FileExists} "$INSTDIR\runtime.former\python311._pth"
      StrCpy $0 "foreign"
    ${EndIf}
  ${EndIf}
FunctionEnd

Function FolderChosen
  Call FolderUsable
  ${If} $0 != ""
    StrCpy $INSTDIR "$INSTDIR\${TITLE}"
    MessageBox MB_OK|MB_ICONINFORMATION "这个文件夹里已有别的文件，改为安装到：$\r$\n$INSTDIR"
    Abort
  ${EndIf}
FunctionEnd

; ---- the former version steps aside first and comes back when anything fails --------------------------------------

!macro StepAside PART
  RMDir /r "$INSTDIR\${PART}.former"
  ${If} ${FileExists} "$INSTDIR\${PART}\*.*"
    ClearErrors
    Rename "$INSTDIR\${PART}" "$INSTDIR\${PART}.former"
    ${If} ${Errors}
      StrCpy $9 "${PART}"
    ${EndIf}
  ${EndIf}
!macroend

!macro ComeBack PART
  ${If} ${FileExists} "$INSTDIR\${PART}.former\*.*"
    RMDir /r "$INSTDIR\${PART}"
    Rename "$INSTDIR\${PART}.former" "$INSTDIR\${PART}"
  ${ElseIf} $8 == "writing"
    RMDir /r "$INSTDIR\${PART}"
  ${EndIf}
!macroend

!macro GoAway PART
  RMDir /r "$INSTDIR\${PART}.former"
!macroend

Function ComeBackAll
  SetOutPath "$TEMP" ; the folder cannot go while it is the one in use
  !insertmacro EachPart ComeBack
  ${IfNot} ${FileExists} "$INSTDIR\runtime\*.*"
    Delete "$INSTDIR\uninstall.exe"
    RMDir "$INSTDIR"
  ${EndIf}
FunctionEnd

Function .onInstFailed
  Call ComeBackAll
FunctionEnd

Section "${TITLE}" SectionProgram
  SectionIn RO
  !insertmacro WaitUntilClosed
  !insertmacro CheckRunning
  ${If} $0 != ""
    !insertmacro Refuse 4 "${TITLE}正在运行。请先关闭程序，再重新运行安装程序。$\r$\n没有改动任何文件。"
  ${EndIf}
  Call FolderUsable
  ${If} $0 != ""
    !insertmacro Refuse 6 "文件夹“$INSTDIR”里有别的文件，不能安装到这里。请换一个空文件夹。"
  ${EndIf}
  ClearErrors
  CreateDirectory "$INSTDIR"
  ${If} ${Errors}
    !insertmacro Refuse 6 "不能写入文件夹“$INSTDIR”。请换一个文件夹。"
  ${EndIf}

  StrCpy $9 ""
  StrCpy $8 ""
  !insertmacro EachPart StepAside
  ${If} $9 != ""
    Call ComeBackAll
    !insertmacro Refuse 4 "程序文件正被占用（$9）。请关闭${TITLE}，稍候再运行安装程序。$\r$\n原来的版本没有改动。"
  ${EndIf}

  StrCpy $8 "writing"
  SetOutPath "$INSTDIR"
  ClearErrors
  WriteUninstaller "$INSTDIR\uninstall.exe" ; first, as the mark of a folder of ours whatever happens next
  ${If} ${Errors} ; asking takes the mark of an error away
    StrCpy $9 "uninstall.exe"
  ${Else}
    File /r "runtime"
    File /r "site"
    File /r "app"
    File /r "licences"
    File "${PROGRAM}" ; last: the former launcher belongs to the former files
  ${EndIf}
  ${If} ${Errors}
  ${OrIf} $9 != ""
    Call ComeBackAll
    !insertmacro Refuse 2 "程序文件没有写全（磁盘已满，或被杀毒软件拦截）。已恢复到安装前的样子，数据不受影响。"
  ${EndIf}
  !insertmacro EachPart GoAway

  CreateDirectory "$SMPROGRAMS\${TITLE}"
  CreateShortcut "$SMPROGRAMS\${TITLE}\${TITLE}.lnk" "$INSTDIR\${PROGRAM}"
  CreateShortcut "$SMPROGRAMS\${TITLE}\卸载${TITLE}.lnk" "$INSTDIR\uninstall.exe"

  WriteRegStr HKCU "${CLASSES}\.tmform" "" "${NAME}.Form"
  WriteRegStr HKCU "${CLASSES}\${NAME}.Form" "" "${TITLE}表单包"
  WriteRegStr HKCU "${CLASSES}\${NAME}.Form\DefaultIcon" "" "$INSTDIR\${PROGRAM},0"
  WriteRegStr HKCU "${CLASSES}\${NAME}.Form\shell\open\command" "" '"$INSTDIR\${PROGRAM}" "%1"'
  System::Call 'shell32::SHChangeNotify(i 0x08000000, i 0, p 0, p 0)'

  WriteRegStr HKCU "${KEY}" "Folder" "$INSTDIR"
  WriteRegStr HKCU "${KEY}" "Version" "${VERSION}"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayName" "${TITLE}"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayIcon" "$INSTDIR\${PROGRAM},0"
  WriteRegStr HKCU "${UNINSTALL}" "Publisher" "团媒台账项目"
  WriteRegStr HKCU "${UNINSTALL}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${UNINSTALL}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKCU "${UNINSTALL}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKCU "${UNINSTALL}" "EstimatedSize" ${SIZE}
  WriteRegDWORD HKCU "${UNINSTALL}" "NoModify" 1
  WriteRegDWORD HKCU "${UNINSTALL}" "NoRepair" 1
SectionEnd

Section "桌面图标" SectionDesktop
  CreateShortcut "$DESKTOP\${TITLE}.lnk" "$INSTDIR\${PROGRAM}"
SectionEnd

Function NoDesktopIcon
  !insertmacro UnselectSection ${SectionDesktop}
FunctionEnd

; ---- taking it away: the register stays unless the clerk says otherwise -------------------------------------------

Section "un.程序" SectionUninstall
  SectionIn RO
  !insertmacro CheckRunning
  ${If} $0 != ""
    !insertmacro Refuse 4 "${TITLE}正在运行。请先关闭程序，再卸载。"
  ${EndIf}
  RMDir /r "$INSTDIR\runtime"
  RMDir /r "$INSTDIR\site"
  RMDir /r "$INSTDIR\app"
  RMDir /r "$INSTDIR\licences"
  !insertmacro EachPart GoAway
  Delete "$INSTDIR\${PROGRAM}"
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"
  Delete "$SMPROGRAMS\${TITLE}\${TITLE}.lnk"
  Delete "$SMPROGRAMS\${TITLE}\卸载${TITLE}.lnk"
  RMDir "$SMPROGRAMS\${TITLE}"
  Delete "$DESKTOP\${TITLE}.lnk"
  ReadRegStr $0 HKCU "${CLASSES}\.tmform" ""
  ${If} $0 == "${NAME}.Form"
    DeleteRegKey HKCU "${CLASSES}\.tmform"
  ${EndIf}
  DeleteRegKey HKCU "${CLASSES}\${NAME}.Form"
  DeleteRegKey HKCU "${UNINSTALL}"
  DeleteRegKey HKCU "${KEY}"
  System::Call 'shell32::SHChangeNotify(i 0x08000000, i 0, p 0, p 0)'
SectionEnd

Section /o "un.本机的台账数据（含备份，删除后无法恢复）" SectionData
  MessageBox MB_YESNO|MB_ICONEXCLAMATION|MB_DEFBUTTON2 "将永久删除本机的台账、备份和保管的密码：$\r$\n$LOCALAPPDATA\${NAME}$\r$\n$\r$\n确定删除吗？" /SD IDYES IDNO keep
  RMDir /r "$LOCALAPPDATA\${NAME}"
  keep:
SectionEnd

Function un.onInit
  ${GetParameters} $R0
  ClearErrors
  ${GetOptions} $R0 "/PURGE" $R1
  ${IfNot} ${Errors}
    !insertmacro SelectSection ${SectionData}
  ${EndIf}
FunctionEnd
