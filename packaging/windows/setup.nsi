; The installer for Windows: per user, without an administrator, silent with /S.
; build.py runs: makensis -DVERSION=… -DSOURCE=… -DTARGET=… -DICON=… [-DAMD64] setup.nsi
;
; Switches: /S (silent), /D=FOLDER (where to), /DESKTOP (icon on the desktop), /AUTOSTART (start
; with Windows), /FORCE (silent: end a Render Manager that runs; its renderers go on and are taken
; over). The uninstaller: /S, and /DATA to remove the user's data as well.
; Exit codes: 0 done, 1 cancelled, 2 refused or failed; nothing is left half-installed then.

Unicode true
!ifdef AMD64
  Target amd64-unicode ; not every makensis has this stub; the other runs on 64 bits as well
!endif
ManifestDPIAware true
ManifestSupportedOS Win10
RequestExecutionLevel user
SetCompressor /SOLID lzma
SetOverwrite try ; a file that cannot be written is an error, not a question

!include MUI2.nsh
!include LogicLib.nsh
!include FileFunc.nsh
!include WinVer.nsh
!include x64.nsh
!include Sections.nsh

!define NAME "Render Manager"
!define ID "RenderManager"
!define PROGRAM "RenderManager.exe"
!define UNINSTALL "Software\Microsoft\Windows\CurrentVersion\Uninstall\${ID}"
!define CLASSES "Software\Classes\SystemFileAssociations"
!define RUN "Software\Microsoft\Windows\CurrentVersion\Run"

Name "${NAME}"
OutFile "${TARGET}"
InstallDir "$LOCALAPPDATA\Programs\${NAME}"
InstallDirRegKey HKCU "${UNINSTALL}" "InstallLocation"
BrandingText "${NAME} ${VERSION}"
VIProductVersion "${VERSION}.0"
VIAddVersionKey "ProductName" "${NAME}"
VIAddVersionKey "ProductVersion" "${VERSION}"
VIAddVersionKey "FileVersion" "${VERSION}"
VIAddVersionKey "FileDescription" "${NAME} Setup"
VIAddVersionKey "LegalCopyright" "MIT licence"

!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_ABORTWARNING
!insertmacro MUI_PAGE_LICENSE "${SOURCE}\_internal\LICENSE"
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_COMPONENTS
!insertmacro MUI_PAGE_INSTFILES
!define MUI_FINISHPAGE_RUN "$INSTDIR\${PROGRAM}"
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_COMPONENTS
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"
!insertmacro MUI_LANGUAGE "SimpChinese"

LangString OLD_WINDOWS ${LANG_ENGLISH} "Render Manager needs Windows 10 or later."
LangString OLD_WINDOWS ${LANG_SIMPCHINESE} "Render Manager 需要 Windows 10 或更高版本。"
LangString NOT_64 ${LANG_ENGLISH} "Render Manager needs a Windows of 64 bits."
LangString NOT_64 ${LANG_SIMPCHINESE} "Render Manager 需要 64 位的 Windows。"
LangString IS_RUNNING ${LANG_ENGLISH} "Render Manager is running. Close it and choose Retry: in its question about renders choose to leave them at work, and the new version takes them over."
LangString IS_RUNNING ${LANG_SIMPCHINESE} "Render Manager 正在运行。请关闭它,然后选择“重试”:在关于渲染的询问中选择让它们继续,新版本会接管它们。"
LangString NO_PERMISSION ${LANG_ENGLISH} "The folder $INSTDIR cannot be written. Choose another one, such as the one that was offered."
LangString NO_PERMISSION ${LANG_SIMPCHINESE} "文件夹 $INSTDIR 无法写入。请选择另一个文件夹,例如默认的文件夹。"
LangString NO_ROOM ${LANG_ENGLISH} "The disk of $INSTDIR is too full. Make room and start the setup again; nothing was changed."
LangString NO_ROOM ${LANG_SIMPCHINESE} "$INSTDIR 所在的磁盘空间不足。请腾出空间后重新运行安装程序;没有任何改动。"
LangString NOT_WRITTEN ${LANG_ENGLISH} "The files could not be written, perhaps as the disk is full. What was there before is there again."
LangString NOT_WRITTEN ${LANG_SIMPCHINESE} "文件无法写入,可能是磁盘已满。已恢复到安装之前的状态。"
LangString OTHERS_FOLDER ${LANG_ENGLISH} "$INSTDIR holds files that are not Render Manager's. Choose an empty folder."
LangString OTHERS_FOLDER ${LANG_SIMPCHINESE} "$INSTDIR 中有不属于 Render Manager 的文件。请选择一个空文件夹。"
LangString PROGRAM_TITLE ${LANG_ENGLISH} "Render Manager (needed)"
LangString PROGRAM_TITLE ${LANG_SIMPCHINESE} "Render Manager(必需)"
LangString MENU_TITLE ${LANG_ENGLISH} "“Render with Render Manager” in the menu of scenes"
LangString MENU_TITLE ${LANG_SIMPCHINESE} "场景文件菜单中的“用 Render Manager 渲染”"
LangString DESKTOP_TITLE ${LANG_ENGLISH} "Icon on the desktop"
LangString DESKTOP_TITLE ${LANG_SIMPCHINESE} "桌面图标"
LangString AUTOSTART_TITLE ${LANG_ENGLISH} "Start with Windows"
LangString AUTOSTART_TITLE ${LANG_SIMPCHINESE} "随 Windows 启动"
LangString DATA_TITLE ${LANG_ENGLISH} "Remove the queue, its logs, thumbnails, settings and frames in the data folder as well"
LangString DATA_TITLE ${LANG_SIMPCHINESE} "同时删除数据文件夹中的队列、日志、缩略图、设置和渲染的帧"
LangString RENDER_WITH ${LANG_ENGLISH} "Render with Render Manager"
LangString RENDER_WITH ${LANG_SIMPCHINESE} "用 Render Manager 渲染"
LangString STILL_THERE ${LANG_ENGLISH} "Some files of Render Manager are in use. Close what uses them and try again."
LangString STILL_THERE ${LANG_SIMPCHINESE} "Render Manager 的一些文件正在使用中。请关闭使用它们的程序后重试。"

!macro Refuse TEXT
  SetErrorLevel 2
  DetailPrint "${TEXT}"
  MessageBox MB_ICONSTOP|MB_OK "${TEXT}" /SD IDOK
  Quit
!macroend

; Whether the program runs: nobody can open its file for writing then.
!macro DefineIsRunning PREFIX
Function ${PREFIX}IsRunning
  StrCpy $0 0
  ${If} ${FileExists} "$INSTDIR\${PROGRAM}"
    ClearErrors
    FileOpen $1 "$INSTDIR\${PROGRAM}" a
    ${If} ${Errors}
      StrCpy $0 1
    ${Else}
      FileClose $1
    ${EndIf}
    ClearErrors
    FileOpen $1 "$INSTDIR\render-manager.exe" a
    ${If} ${Errors}
      StrCpy $0 1
    ${Else}
      FileClose $1
    ${EndIf}
    ClearErrors
  ${EndIf}
FunctionEnd

Function ${PREFIX}WaitForEnd
  ask:
  Call ${PREFIX}IsRunning
  ${If} $0 == 1
    ${GetParameters} $2
    ClearErrors
    ${GetOptions} $2 "/FORCE" $3
    ${IfNot} ${Errors}
      ; The renderers are no part of this: they go on, and the next start takes them over.
      nsExec::Exec 'taskkill /F /IM ${PROGRAM}'
      Pop $3
      nsExec::Exec 'taskkill /F /IM render-manager.exe'
      Pop $3
      Sleep 1000
      Call ${PREFIX}IsRunning
      ${If} $0 == 0
        Return
      ${EndIf}
    ${EndIf}
    MessageBox MB_ICONEXCLAMATION|MB_RETRYCANCEL "$(IS_RUNNING)" /SD IDCANCEL IDRETRY ask
    SetErrorLevel 2
    Quit
  ${EndIf}
FunctionEnd
!macroend
!insertmacro DefineIsRunning ""
!insertmacro DefineIsRunning "un."

Section "$(PROGRAM_TITLE)" PROGRAM_SECTION
  SectionIn RO
  Call WaitForEnd
  Call CheckFolder
  ; The new files are laid beside the old ones, which give way only when all of them are there.
  RMDir /r "$INSTDIR.new"
  RMDir /r "$INSTDIR.old"
  SetOutPath "$INSTDIR.new"
  ClearErrors
  File /r "${SOURCE}\*"
  WriteUninstaller "$INSTDIR.new\uninstall.exe"
  SetOutPath "$TEMP"
  ${If} ${Errors}
    RMDir /r "$INSTDIR.new"
    !insertmacro Refuse "$(NOT_WRITTEN)"
  ${EndIf}
  ${If} ${FileExists} "$INSTDIR\*.*"
    Rename "$INSTDIR" "$INSTDIR.old"
  ${EndIf}
  ClearErrors
  Rename "$INSTDIR.new" "$INSTDIR"
  ${If} ${Errors}
    Rename "$INSTDIR.old" "$INSTDIR"
    RMDir /r "$INSTDIR.new"
    !insertmacro Refuse "$(NOT_WRITTEN)"
  ${EndIf}
  RMDir /r "$INSTDIR.old"

  CreateShortcut "$SMPROGRAMS\${NAME}.lnk" "$INSTDIR\${PROGRAM}"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayName" "${NAME}"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayIcon" "$INSTDIR\${PROGRAM}"
  WriteRegStr HKCU "${UNINSTALL}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${UNINSTALL}" "Publisher" "${NAME}"
  WriteRegStr HKCU "${UNINSTALL}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKCU "${UNINSTALL}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKCU "${UNINSTALL}" "NoModify" 1
  WriteRegDWORD HKCU "${UNINSTALL}" "NoRepair" 1
  SectionGetSize ${PROGRAM_SECTION} $0
  WriteRegDWORD HKCU "${UNINSTALL}" "EstimatedSize" $0
SectionEnd

!macro AddToMenu SUFFIX
  WriteRegStr HKCU "${CLASSES}\${SUFFIX}\shell\${ID}" "" "$(RENDER_WITH)"
  WriteRegStr HKCU "${CLASSES}\${SUFFIX}\shell\${ID}" "Icon" "$INSTDIR\${PROGRAM}"
  WriteRegStr HKCU "${CLASSES}\${SUFFIX}\shell\${ID}\command" "" '"$INSTDIR\${PROGRAM}" open "%1"'
!macroend
!macro RemoveFromMenu SUFFIX
  DeleteRegKey HKCU "${CLASSES}\${SUFFIX}\shell\${ID}"
  DeleteRegKey /ifempty HKCU "${CLASSES}\${SUFFIX}\shell"
  DeleteRegKey /ifempty HKCU "${CLASSES}\${SUFFIX}"
!macroend

Section "$(MENU_TITLE)" MENU_SECTION
  !insertmacro AddToMenu ".ma"
  !insertmacro AddToMenu ".mb"
  !insertmacro AddToMenu ".uproject"
  !insertmacro AddToMenu ".blend"
SectionEnd

Section /o "$(DESKTOP_TITLE)" DESKTOP_SECTION
  CreateShortcut "$DESKTOP\${NAME}.lnk" "$INSTDIR\${PROGRAM}"
SectionEnd

Section /o "$(AUTOSTART_TITLE)" AUTOSTART_SECTION
  WriteRegStr HKCU "${RUN}" "${ID}" '"$INSTDIR\${PROGRAM}"'
SectionEnd

Function .onInit
  ; Said before there is a choice of a language: NSIS takes that of Windows.
  ${IfNot} ${AtLeastWin10}
    !insertmacro Refuse "$(OLD_WINDOWS)"
  ${EndIf}
  ${IfNot} ${RunningX64}
    !insertmacro Refuse "$(NOT_64)"
  ${EndIf}
  ${GetParameters} $0
  ClearErrors
  ${GetOptions} $0 "/DESKTOP" $1
  ${IfNot} ${Errors}
    !insertmacro SelectSection ${DESKTOP_SECTION}
  ${EndIf}
  ClearErrors
  ${GetOptions} $0 "/AUTOSTART" $1
  ${IfNot} ${Errors}
    !insertmacro SelectSection ${AUTOSTART_SECTION}
  ${EndIf}
  ClearErrors
FunctionEnd

Function .onInstFailed
  ; The disk became full while files were written: the old ones are as they were.
  SetOutPath "$TEMP"
  RMDir /r "$INSTDIR.new"
  SetErrorLevel 2
  MessageBox MB_ICONSTOP|MB_OK "$(NOT_WRITTEN)" /SD IDOK
FunctionEnd

Function CheckFolder
  ; Only an empty folder or one of ours: the old content is removed as a whole.
  ${If} ${FileExists} "$INSTDIR\*.*"
  ${AndIfNot} ${FileExists} "$INSTDIR\${PROGRAM}"
    ${DirState} "$INSTDIR" $0
    ${If} $0 == 1
      !insertmacro Refuse "$(OTHERS_FOLDER)"
    ${EndIf}
  ${EndIf}
  ClearErrors
  CreateDirectory "$INSTDIR.new"
  FileOpen $0 "$INSTDIR.new\try" w
  ${If} ${Errors}
    RMDir "$INSTDIR.new"
    !insertmacro Refuse "$(NO_PERMISSION)"
  ${EndIf}
  FileClose $0
  Delete "$INSTDIR.new\try"
  SectionGetSize ${PROGRAM_SECTION} $1
  ${GetRoot} "$INSTDIR" $2
  ClearErrors
  ${DriveSpace} "$2\" "/D=F /S=K" $3
  ${IfNot} ${Errors}
  ${AndIf} $3 L< $1
    RMDir "$INSTDIR.new"
    !insertmacro Refuse "$(NO_ROOM)"
  ${EndIf}
FunctionEnd

Section "un.${NAME}" UN_PROGRAM_SECTION
  SectionIn RO
  Call un.WaitForEnd
  ${IfNot} ${FileExists} "$INSTDIR\${PROGRAM}"
    Goto entries
  ${EndIf}
  SetOutPath "$TEMP"
  RMDir /r "$INSTDIR\_internal"
  Delete "$INSTDIR\${PROGRAM}"
  Delete "$INSTDIR\render-manager.exe"
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"
  ${If} ${FileExists} "$INSTDIR\_internal\*.*"
    SetErrorLevel 2
    MessageBox MB_ICONEXCLAMATION|MB_OK "$(STILL_THERE)" /SD IDOK
    Quit
  ${EndIf}
  entries:
  Delete "$SMPROGRAMS\${NAME}.lnk"
  Delete "$DESKTOP\${NAME}.lnk"
  DeleteRegValue HKCU "${RUN}" "${ID}"
  !insertmacro RemoveFromMenu ".ma"
  !insertmacro RemoveFromMenu ".mb"
  !insertmacro RemoveFromMenu ".uproject"
  !insertmacro RemoveFromMenu ".blend"
  DeleteRegKey HKCU "${UNINSTALL}"
SectionEnd

Section /o "un.$(DATA_TITLE)" UN_DATA_SECTION
  RMDir /r "$LOCALAPPDATA\${ID}"
SectionEnd

Function un.onInit
  ${GetParameters} $0
  ClearErrors
  ${GetOptions} $0 "/DATA" $1
  ${IfNot} ${Errors}
    !insertmacro SelectSection ${UN_DATA_SECTION}
  ${EndIf}
  ClearErrors
FunctionEnd
